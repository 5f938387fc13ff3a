#!/usr/bin/env python3
"""Holds the lines of dtrace --format json to doc/output.schema.json.

The part of JSON Schema that the file uses is checked here (type, const, enum, required, properties,
additionalProperties, items, minimum, maximum, pattern, oneOf, allOf, $ref); any other keyword is an
error, so that nothing in the schema goes unchecked.
"""
import json
import re
import sys
from pathlib import Path

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
NOTES = {"$schema", "title", "description", "$defs"}


def wrong(value, schema, root, at="line"):
    """What is wrong with a value, or None."""
    for key, want in schema.items():
        text = KEYWORDS[key](value, want, root, at, schema) if key not in NOTES else None
        if text:
            return text
    return None


def check_type(value, want, root, at, _):
    good = isinstance(value, TYPES[want]) and not (want == "integer" and isinstance(value, bool))
    return None if good else f"{at}: not of type {want}: {value!r}"


def check_properties(value, want, root, at, _):
    for name, schema in want.items():
        if isinstance(value, dict) and name in value:
            text = wrong(value[name], schema, root, f"{at}.{name}")
            if text:
                return text
    return None


def check_items(value, want, root, at, _):
    texts = (wrong(v, want, root, f"{at}[{i}]") for i, v in enumerate(value) if isinstance(value, list))
    return next((t for t in texts if t), None)


def check_one_of(value, want, root, at, _):
    texts = [wrong(value, schema, root, at) for schema in want]
    if texts.count(None) == 1:
        return None
    return f"{at}: {texts.count(None)} alternatives hold: {value!r}; {'; '.join(t for t in texts if t)}"


def check_ref(value, want, root, at, _):
    target = root
    for part in want.removeprefix("#/").split("/"):
        target = target[part]
    return wrong(value, target, root, at)


def is_number(value):
    return isinstance(value, int) and not isinstance(value, bool)


KEYWORDS = {
    "type": check_type,
    "properties": check_properties,
    "items": check_items,
    "oneOf": check_one_of,
    "$ref": check_ref,
    "allOf": lambda v, want, root, at, _: next((t for s in want if (t := wrong(v, s, root, at))), None),
    "const": lambda v, want, root, at, _: None if v == want else f"{at}: not {want!r}: {v!r}",
    "enum": lambda v, want, root, at, _: None if v in want else f"{at}: none of {want}: {v!r}",
    "required": lambda v, want, root, at, _: next(
        (f"{at}: {n} is missing" for n in want if isinstance(v, dict) and n not in v), None),
    "additionalProperties": lambda v, want, root, at, schema: None if want is not False else next(
        (f"{at}: {n} is not described" for n in v if n not in schema.get("properties", {})), None),
    "minimum": lambda v, want, root, at, _: f"{at}: below {want}" if is_number(v) and v < want else None,
    "maximum": lambda v, want, root, at, _: f"{at}: above {want}" if is_number(v) and v > want else None,
    "pattern": lambda v, want, root, at, _: None if not isinstance(v, str) or re.search(want, v)
    else f"{at}: not like {want}: {v!r}",
}


def described(schema, root):
    """Names of the members that one kind of line may have."""
    names = set(schema.get("properties", {}))
    for part in schema.get("allOf", []) + ([schema] if "$ref" in schema else []):
        if "$ref" in part:
            names |= described(root["$defs"][part["$ref"].rsplit("/", 1)[1]], root)
    return names


def problems(text, schema):
    """Everything wrong with the lines of an output; lines that are no JSON among it."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            value = json.loads(line)
        except ValueError as e:
            found.append(f"line {number}: {e}: {line}")
            continue
        text = wrong(value, schema, schema, f"line {number}")
        if text:
            found.append(text)
            continue
        kinds = [k for k in schema["oneOf"] if wrong(value, k, schema) is None]
        extra = set(value) - described(kinds[0], schema)
        if extra:
            found.append(f"line {number}: not described: {', '.join(sorted(extra))}")
    return found


def main():
    """Reads lines from standard input; prints what is wrong, and the kinds of lines seen."""
    text = sys.stdin.read()
    schema = json.loads((Path(__file__).resolve().parent.parent / "doc/output.schema.json").read_text())
    found = problems(text, schema)
    print("".join(f"{p}\n" for p in found), end="")
    if not found:
        print("\n".join(sorted({json.loads(line)["type"] for line in text.splitlines()})))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
