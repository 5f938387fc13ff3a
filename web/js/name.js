/*
 * name.js - the names of datasets
 *
 *	name = stat { "[" field op value { "=" value } "]" } { "[" field "]" }
 *
 * Predicates first, then at most one discrete and one numeric breakdown. A name is made here only to
 * ask for it; the server answers with the canonical form, which is the dataset's identity.
 */

const OPS = ["!=", "<=", ">=", "=", "<", ">"];

function quoted(value) {
	const text = String(value);
	return text === "" || /[\][=<>!"\s\\]/.test(text) ? '"' + text.replace(/["\\]/g, "\\$&") + '"' : text;
}

/* The text of each [...] with quotes honoured; null where brackets do not match. */
function brackets(text) {
	const out = [];
	let i = 0;
	while (i < text.length) {
		if (text[i] !== "[") return null;
		let quote = false, j = i + 1;
		for (; j < text.length && (quote || text[j] !== "]"); j++) {
			if (text[j] === "\\" && quote) j++;
			else if (text[j] === '"') quote = !quote;
		}
		if (j >= text.length) return null;
		out.push(text.slice(i + 1, j));
		i = j + 1;
	}
	return out;
}

function unquoted(text) {
	return text[0] === '"' ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}

/* "a=b" -> ["a", "b"], with quotes honoured; empty where a value is missing. */
function several(text) {
	const parts = text.match(/"(?:\\.|[^"\\])*"|[^="]+|=/g) || [], odd = parts.filter((p, i) => (p === "=") !== (i % 2 === 1));
	return odd.length || parts.length % 2 === 0 ? [] : parts.filter((p, i) => i % 2 === 0).map(unquoted);
}

/* "io.ops[zone=web][latency]" -> {stat, where: [{field, op, value}], by: [field]}; null when it is none. A predicate of
 * several values has them all in `values`, instead of a value. */
export function parse(name) {
	const m = /^([A-Za-z0-9_.-]+)(.*)$/s.exec(name);
	const parts = m && brackets(m[2]);
	if (!parts) return null;
	const where = [], by = [];
	for (const part of parts) {
		const field = /^[A-Za-z0-9_]+/.exec(part)?.[0];
		if (!field) return null;
		const rest = part.slice(field.length);
		if (rest === "") {
			by.push(field);
			continue;
		}
		const op = OPS.find((o) => rest.startsWith(o));
		const values = op ? several(rest.slice(op.length)) : [];
		if (!values.length || (values.length > 1 && op !== "=")) return null;
		where.push(values.length > 1 ? { field, op, values } : { field, op, value: values[0] });
	}
	return { stat: m[1], where, by };
}

export function format({ stat, where, by }) {
	const range = (p) => (p.values ? p.values.map(quoted).join("=") : p.op === "=" && /^-?\d+\.\.-?\d+$/.test(p.value) ? p.value : quoted(p.value));
	return stat + where.map((p) => `[${p.field}${p.op}${range(p)}]`).join("") + by.map((f) => `[${f}]`).join("");
}

/*
 * The statistic that a drill-down asks for: the same one, narrowed by what was pointed at, broken
 * down by another field. by: names of fields; narrow: [{field, op, value or values}].
 */
export function drill(name, narrow, by) {
	const n = parse(name);
	const same = (p, q) => p.field === q.field && p.op === q.op;
	return format({ stat: n.stat, where: [...n.where.filter((p) => !narrow.some((q) => same(p, q))), ...narrow], by });
}

/*
 * Words for people: "by file for zone web, latency 1 ms to 2 ms". titles: field name -> title; show: of a
 * field and a number of its, text with the unit.
 */
export function words(name, titles = {}, show = (field, value) => value) {
	const n = parse(name);
	if (!n) return "";
	const title = (f) => titles[f] || f;
	const range = (p) => (p.values ? p.values.map((v) => show(p.field, v)).join(" or ")
		: p.op === "=" && /^-?\d+\.\.-?\d+$/.test(p.value) ? p.value.split("..").map((v) => show(p.field, v)).join(" to ") : show(p.field, p.value));
	const conditions = n.where.map((p) => (p.op === "=" ? `${title(p.field)} ${range(p)}` : `${title(p.field)} ${p.op} ${range(p)}`));
	return [n.by.length ? "by " + n.by.map(title).join(" and ") : "", conditions.length ? "for " + conditions.join(", ") : ""]
		.filter(Boolean).join(" ");
}
