/*
 * data.js - a chart's data: what the server answered for a range of time, and the seconds that came since
 *
 * A block of lines:	{start, step, n, series: Map key -> Float64Array-like of n (null = nothing known)}
 * A block of heat:	{start, step, buckets: [{lo, hi}], columns: [[bucket, count, ...]], keys: {key: columns}, average}
 * Both carry lost: [events lost in each column]. Pure: no document, no network.
 */

/* The answer of /values as a block. Key "" is the undivided value, "other" what is not among the top keys. */
export function fromValues(answer) {
	const series = new Map();
	for (const s of answer.series) series.set(s.key ?? "", s.values.slice());
	if (answer.other && answer.other.some((v) => v)) series.set("other", answer.other.slice());
	/* The greatest second of each column, where the whole is one series. */
	const max = answer.step > 1 && answer.series.length === 1 && !series.has("other") ? answer.series[0].max : null;
	return { kind: "lines", max: max || null, start: answer.start, step: answer.step, n: answer.columns, series, lost: (answer.lost || []).slice(), known: (answer.known || []).slice() };
}

/* The first and the last bucket may have no end (null): they are drawn from 0, and a little high. */
function bounded([lo, hi]) {
	return { lo: lo ?? Math.min(0, hi), hi: hi ?? lo * 1.02 + 1e-9 };
}

export function fromHeatmap(answer) {
	return {
		kind: "heat", start: answer.start, step: answer.step,
		buckets: answer.buckets.map(bounded),
		columns: answer.cells.map((c) => c.slice()), average: answer.average ? answer.average.slice() : null,
		keys: Object.fromEntries(Object.entries(answer.keys || {}).map(([k, v]) => [k, v.map((c) => c.slice())])),
		lost: (answer.lost || []).slice(), known: (answer.known || []).slice(),
	};
}

function columnCount(block) {
	return block.kind === "heat" ? block.columns.length : block.n;
}

export function end(block) {
	return block.start + columnCount(block) * block.step;
}

/* Drops columns that ended before t. */
export function trim(block, t) {
	const gone = Math.min(columnCount(block), Math.max(0, Math.floor((t - block.start) / block.step)));
	if (!gone) return;
	block.start += gone * block.step;
	block.lost.splice(0, gone);
	block.known.splice(0, gone);
	if (block.kind === "heat") {
		block.columns.splice(0, gone);
		if (block.average) block.average.splice(0, gone);
		for (const columns of Object.values(block.keys)) columns.splice(0, gone);
		return;
	}
	block.n -= gone;
	if (block.max) block.max.splice(0, gone);
	for (const [key, values] of block.series) {
		values.splice(0, gone);
		if (!values.some((v) => v !== null && v !== 0) && key !== "") block.series.delete(key);
	}
}

function extend(block, n) {
	while (columnCount(block) < n) {
		block.lost.push(0);
		block.known.push(0);
		if (block.kind === "heat") {
			block.columns.push([]);
			if (block.average) block.average.push(null);
			for (const columns of Object.values(block.keys)) columns.push([]);
		} else {
			block.n++;
			for (const values of block.series.values()) values.push(null);
		}
	}
}

function bucketIndex(block, from, to) {
	const { lo, hi } = bounded([from, to]);
	block.byLow ||= new Map(block.buckets.map((b, i) => [b.lo, i]));
	let i = block.byLow.get(lo);
	if (i === undefined) {
		i = block.buckets.length;
		block.buckets.push({ lo, hi });
		block.byLow.set(lo, i);
	}
	return i;
}

/*
 * Adds one second of the live stream to a block whose step is one second: m = {t, values | cells, keys,
 * lost}; t is the end of the second. A second that is older than the block, or that it has, is replaced.
 * -> whether the block changed.
 */
export function addSecond(block, m) {
	if (block.step !== 1) return false;
	const c = m.t - 1 - block.start;
	/* A gap of more than an hour is not filled in: the range is asked for anew. */
	if (c < 0 || c > columnCount(block) + 3600) return false;
	extend(block, c + 1);
	block.lost[c] = m.lost || 0;
	block.known[c] = 1;
	if (block.kind === "heat") {
		const cells = m.cells || [], column = [];
		for (let i = 0; i < cells.length; i += 3) column.push(bucketIndex(block, cells[i], cells[i + 1]), cells[i + 2]);
		block.columns[c] = column;
		if (block.average) block.average[c] = m.average ?? null;
		for (const key of Object.keys(m.keys || {})) block.keys[key] ||= block.columns.map(() => []);
		for (const [key, columns] of Object.entries(block.keys)) {
			const own = (m.keys || {})[key] || [], mine = [];
			/* A key's cells name those of the whole second by index. */
			for (let i = 0; i < own.length; i += 2) mine.push(column[own[i] * 2], own[i + 1]);
			columns[c] = mine;
		}
		return true;
	}
	const values = m.values || {};
	for (const key of Object.keys(values)) {
		if (!block.series.has(key)) block.series.set(key, new Array(block.n).fill(null).map((_, i) => (block.known[i] ? 0 : null)));
	}
	for (const [key, own] of block.series) own[c] = values[key] ?? (key === "" && block.series.size > 1 ? null : 0);
	return true;
}

/* [{key, now, mean, max, total}] of the columns between two times, greatest first; at: the time `now` is of. */
export function keyTotals(block, from, to, at = null, level = false) {
	const n = columnCount(block), c0 = Math.max(0, Math.floor((from - block.start) / block.step));
	const c1 = Math.min(n, Math.ceil((to - block.start) / block.step)), out = [];
	let last = n - 1;
	while (last > 0 && !block.known[last]) last--;
	const c = at === null ? last : Math.floor((at - block.start) / block.step);
	const add = (key, value) => {
		let sum = 0, known = 0, max = 0;
		for (let i = c0; i < c1; i++) {
			const v = value(i);
			if (v === null || v === undefined || !block.known[i]) continue;
			sum += v;
			known++;
			if (v > max) max = v;
		}
		const now = c >= 0 && c < n && block.known[c] ? value(c) : null;
		if (known) out.push({ key, now, mean: sum / known, max, total: level ? sum / known : sum * block.step });
	};
	if (block.kind === "heat") {
		const count = (column) => {
			let s = 0;
			for (let i = 1; column && i < column.length; i += 2) s += column[i];
			return s / block.step;
		};
		for (const [key, columns] of Object.entries(block.keys)) add(key, (i) => count(columns[i]));
	} else {
		for (const [key, values] of block.series) if (key !== "" || block.series.size === 1) add(key, (i) => values[i]);
	}
	return out.sort((a, b) => b.total - a.total || (a.key < b.key ? -1 : 1));
}

/* The sum over all keys in each column; null where nothing is known. */
export function totals(block) {
	const out = new Array(columnCount(block)).fill(null);
	for (let i = 0; i < out.length; i++) {
		if (!block.known[i]) continue;
		let s = 0;
		if (block.kind === "heat") for (let j = 1; j < block.columns[i].length; j += 2) s += block.columns[i][j] / block.step;
		else for (const values of block.series.values()) s += values[i] || 0;
		out[i] = s;
	}
	return out;
}

/* Steps the server keeps: seconds, tens, minutes, hours; coarser ones are multiples. */
const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 43200, 86400, 604800];

/* The step for a span of time on so many pixels: no column is narrower than `least` of them. */
export function stepFor(span, pixels, least = 1.5) {
	return STEPS.find((s) => span / s <= pixels / least) || STEPS[STEPS.length - 1];
}
