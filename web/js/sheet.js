/*
 * sheet.js - a worksheet: charts on one time axis; as a value, as a URL, as the server keeps it
 *
 * sheet:	{name, id, span, end, charts: [chart]}	end null = now, else the paused end of the range
 * chart:	{id, dataset, view, y, colour, weight, mode, keys, outliers, average, usual, percentiles, height, range, zoom}
 *	range	null: the sheet's time; {span, end}: its own (not synchronised)
 *	zoom	null, or [lo, hi] of the y axis
 *	usual	whether lines lie on the band of what is usual
 *	average	whether a heat map has a line through the average of each column; percentiles: the same for those
 */

export const SPANS = [60, 300, 600, 3600, 21600, 86400, 604800, 2592000];
export const VIEWS = ["line", "stack", "heat", "flame"];
const DEFAULTS = { view: "", y: "linear", colour: "rank", weight: "count", mode: "highlight", keys: [], outliers: 0, average: false, usual: false, percentiles: [], height: 0, range: null, zoom: null };

let next = 1;

export function chart(dataset, more = {}) {
	return { ...DEFAULTS, id: next++, dataset, ...more };
}

export function empty() {
	return { name: "", id: null, span: 600, end: null, charts: [] };
}

const ENUMS = { view: VIEWS, y: ["linear", "log", "rank"], colour: ["rank", "linear"], weight: ["count", "value"], mode: ["highlight", "isolate", "exclude", "rainbow"] };

/* What came from a URL or from the server is taken only where it is what it should be. */
export function sane(raw) {
	const sheet = empty(), number = (v, lo, hi, other) => (Number.isFinite(+v) && v !== null && v !== "" ? Math.min(hi, Math.max(lo, +v)) : other);
	sheet.name = String(raw.name || "").slice(0, 100);
	sheet.span = number(raw.span, 10, 366 * 86400, 600);
	sheet.end = number(raw.end, 0, 4e9, null);
	for (const c of (Array.isArray(raw.charts) ? raw.charts : []).slice(0, 50)) {
		if (!c || typeof c.dataset !== "string" || !c.dataset) continue;
		const one = chart(c.dataset.slice(0, 1000));
		for (const [field, values] of Object.entries(ENUMS)) if (values.includes(c[field])) one[field] = c[field];
		one.keys = (Array.isArray(c.keys) ? c.keys : []).map(String).slice(0, 32);
		one.percentiles = (Array.isArray(c.percentiles) ? c.percentiles : []).map(Number).filter((p) => p > 0 && p < 100).slice(0, 5);
		one.outliers = number(c.outliers, 0, 50, 0);
		one.average = String(c.average) === "true";
		one.usual = String(c.usual) === "true";
		one.height = number(c.height, 0, 2000, 0);
		if (c.range && c.range.span) one.range = { span: number(c.range.span, 10, 366 * 86400, 600), end: number(c.range.end, 0, 4e9, null) };
		if (Array.isArray(c.zoom) && c.zoom.length === 2 && c.zoom.every(Number.isFinite)) one.zoom = c.zoom;
		sheet.charts.push(one);
	}
	return sheet;
}

/* Only what differs from the defaults, so that URLs stay short. */
export function plain(sheet) {
	const charts = sheet.charts.map((c) => {
		const out = { dataset: c.dataset };
		for (const [k, v] of Object.entries(DEFAULTS)) if (JSON.stringify(c[k]) !== JSON.stringify(v)) out[k] = c[k];
		return out;
	});
	return { name: sheet.name, span: sheet.span, ...(sheet.end === null ? {} : { end: sheet.end }), charts };
}

/*
 * The part of a URL behind #: readable, so that it can be written by hand.
 *	span=600&end=1763800000&chart=io.ops[latency]&view=heat&y=log&keys=a&keys=b&chart=...
 * Options belong to the chart before them.
 */
export function toHash(sheet) {
	const out = [["span", sheet.span]];
	if (sheet.end !== null) out.push(["end", Math.round(sheet.end)]);
	if (sheet.name) out.push(["name", sheet.name]);
	for (const c of plain(sheet).charts) {
		for (const [k, v] of Object.entries(c)) {
			const key = k === "dataset" ? "chart" : k;
			if (k === "range") out.push(["range", v.span + (v.end === null ? "" : "," + Math.round(v.end))]);
			else if (k === "zoom") out.push(["zoom", v.join(",")]);
			else for (const one of Array.isArray(v) ? v : [v]) out.push([key, one]);
		}
	}
	const encode = (s) => encodeURIComponent(s).replace(/%(5B|5D|3D|2C|2F|3A|40)/g, (m) => decodeURIComponent(m));
	return out.map(([k, v]) => `${k}=${encode(v)}`).join("&");
}

export function fromHash(hash) {
	const raw = { charts: [] };
	let c = null;
	for (const part of hash.replace(/^#/, "").split("&")) {
		const at = part.indexOf("=");
		if (at < 1) continue;
		let value;
		try {
			value = decodeURIComponent(part.slice(at + 1).replace(/\+/g, " "));
		} catch {
			continue;
		}
		const key = part.slice(0, at);
		if (key === "chart") raw.charts.push((c = { dataset: value, keys: [], percentiles: [] }));
		else if (!c) raw[key] = value;
		else if (key === "keys" || key === "percentiles") c[key].push(value);
		else if (key === "range") c.range = { span: +value.split(",")[0], end: value.includes(",") ? +value.split(",")[1] : null };
		else if (key === "zoom") c.zoom = value.split(",").map(Number);
		else c[key] = value;
	}
	return sane(raw);
}

/* [start, end] of a chart; now is the end of the newest second. */
export function rangeOf(sheet, c, now) {
	const r = c && c.range ? c.range : sheet, end = r.end === null ? now : r.end;
	return [end - r.span, end];
}

/* The range moved by a share of itself; at or beyond now it is live again. */
export function moved(r, share, now) {
	const end = (r.end === null ? now : r.end) + r.span * share;
	return { span: r.span, end: end >= now ? null : end };
}

/* Zoomed around its middle, or around its end while live. */
export function zoomed(r, factor, now) {
	const span = Math.min(366 * 86400, Math.max(10, Math.round(r.span * factor)));
	if (r.end === null) return { span, end: null };
	const end = r.end - r.span / 2 + span / 2;
	return { span, end: end >= now ? null : end };
}

export function replace(sheet, id, changes) {
	return { ...sheet, charts: sheet.charts.map((c) => (c.id === id ? { ...c, ...changes } : c)) };
}
