"""Holds answers of the server to doc/openapi.yaml: the part of JSON Schema that it uses, every other keyword is an error."""
import re

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
NOTES = {"description", "title"}


class Description:
    def __init__(self, text):
        import yaml
        self.root = yaml.safe_load(text)

    def operations(self):
        """(method, path) of everything that can be asked, as "/api/v1/.."."""
        for path, item in self.root["paths"].items():
            base = item.get("servers", self.root["servers"])[0]["url"].rstrip("/")
            for method in item:
                if method in ("get", "put", "post", "patch", "delete"):
                    yield method.upper(), base + path, item[method]

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            at = self.root
            for part in node["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            node = at
        return node

    def operation(self, method, path):
        for m, p, operation in self.operations():
            if m == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), path):
                return operation
        return None

    def template(self, method, path):
        """(method, path as it is described) of a request; None: there is no such."""
        return next(((m, p) for m, p, _ in self.operations() if m == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", p), path)), None)

    def statuses(self):
        for m, p, operation in self.operations():
            for status in operation["responses"]:
                yield (m, p), int(status)

    def arguments(self):
        """Names of all that may stand behind the question mark."""
        found = set()
        for path, item in self.root["paths"].items():
            for part in (item, *(item[m] for m in ("get", "put", "post", "patch", "delete") if m in item)):
                found |= {p["name"] for p in map(self.resolve, part.get("parameters", [])) if p["in"] == "query"}
        return found

    def wrong_answer(self, method, path, answer):
        """What an answer has that the description does not say, or None."""
        operation = self.operation(method, path)
        if operation is None:
            return f"{method} {path} is not described"
        said = self.resolve(operation["responses"].get(str(answer.status)))
        if said is None:
            if answer.status in (401, 403, 405, 409, 413, 415, 429, 503, 507):  # of every request
                said = self.resolve({"$ref": "#/components/responses/Error"})
            else:
                return f"{method} {path}: status {answer.status} is not described"
        if "content" not in said:
            return f"{method} {path}: a body where there is none" if answer.body else None
        kind = answer.headers.get_content_type()
        if kind not in said["content"]:
            return f"{method} {path}: content type {kind}"
        return self.wrong(answer.json, said["content"][kind]["schema"], f"{method} {path}") if kind == "application/json" else None

    def wrong(self, value, schema, at):
        schema = self.resolve(schema)
        for key, want in schema.items():
            if key in NOTES:
                continue
            text = getattr(self, "check_" + key)(value, want, at)
            if text:
                return text
        return None

    def check_type(self, value, want, at):
        kinds = want if isinstance(want, list) else [want]
        good = any(isinstance(value, TYPES[k]) and not (isinstance(value, bool) and k in ("integer", "number")) for k in kinds)
        return None if good else f"{at}: {value!r:.80} is not of type {want}"

    def check_enum(self, value, want, at):
        return None if value in want else f"{at}: {value!r} is not one of {want}"

    def check_required(self, value, want, at):
        missing = [n for n in want if n not in value]
        return f"{at}: {missing} missing" if missing else None

    def check_properties(self, value, want, at):
        return next((t for n, s in want.items() if n in value and (t := self.wrong(value[n], s, f"{at}.{n}"))), None)

    def check_additionalProperties(self, value, want, at):
        return next((t for n, v in value.items() if (t := self.wrong(v, want, f"{at}.{n}"))), None)

    def check_items(self, value, want, at):
        return next((t for i, v in enumerate(value) if (t := self.wrong(v, want, f"{at}[{i}]"))), None)

    def check_maxItems(self, value, want, at):
        return f"{at}: {len(value)} items" if len(value) > want else None

    def check_maximum(self, value, want, at):
        return f"{at}: {value}" if value > want else None
