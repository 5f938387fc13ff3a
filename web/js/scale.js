/*
 * scale.js - axes and units
 *
 * A scale maps values to 0 (bottom) .. 1 (top) and back, and knows its ticks. Three kinds of y axis:
 * linear, logarithmic, and "rank", where equal heights hold equal numbers of events.
 */

const STEPS = [1, 2, 5, 10];

export function niceStep(span, count) {
	const raw = span / Math.max(1, count), power = 10 ** Math.floor(Math.log10(raw));
	return (STEPS.find((s) => s * power >= raw * 0.999) || 10) * power;
}

/* Steps of 1, 2, 4, 8 ... where a unit counts in powers of two. */
function niceBinary(span, count) {
	return 2 ** Math.ceil(Math.log2(Math.max(1, span / Math.max(1, count))));
}

export function linear(lo, hi, unit = "", count = 5) {
	const span = hi - lo || 1, ticks = [];
	const step = /bytes/.test(unit) ? niceBinary(span, count) : niceStep(span, count);
	for (let v = Math.ceil(lo / step) * step; v <= hi + step * 1e-9; v += step) ticks.push(v);
	return { kind: "linear", lo, hi, ticks, map: (v) => (v - lo) / span, inv: (f) => lo + f * span };
}

/* lo is at least 1/1e6 of hi: an axis without an end shows nothing. Values at or below 0 are at the bottom. */
export function log10(lo, hi) {
	const top = hi > 0 ? hi : 1, bottom = Math.max(lo > 0 ? lo : top / 1e3, top / 1e9);
	const a = Math.log10(bottom), span = Math.max(Math.log10(top) - a, 1e-9), ticks = [];
	for (let d = Math.floor(a); d <= Math.ceil(a + span); d++) {
		for (const m of span < 1.5 ? [1, 2, 5] : [1]) {
			const v = m * 10 ** d;
			if (v >= bottom * 0.999 && v <= top * 1.001) ticks.push(v);
		}
	}
	return {
		kind: "log", lo: bottom, hi: top, ticks,
		map: (v) => (v <= bottom ? 0 : (Math.log10(v) - a) / span),
		inv: (f) => 10 ** (a + f * span),
	};
}

/* buckets: [{lo, hi, n}] in ascending order. Height is the share of events at or below the value. */
export function rank(buckets) {
	const used = buckets.filter((b) => b.n > 0), at = [], share = [];
	const total = used.reduce((s, b) => s + b.n, 0) || 1;
	let seen = 0;
	for (const b of used) {
		if (at[at.length - 1] !== b.lo) at.push(b.lo), share.push(seen / total);
		seen += b.n;
		at.push(b.hi), share.push(seen / total);
	}
	if (!at.length) return linear(0, 1);
	const between = (from, to, x) => {
		let i = 1;
		if (x <= from[0]) return to[0];
		while (i < from.length - 1 && from[i] < x) i++;
		const w = from[i] - from[i - 1];
		return x >= from[from.length - 1] ? to[to.length - 1] : w > 0 ? to[i - 1] + ((x - from[i - 1]) / w) * (to[i] - to[i - 1]) : to[i];
	};
	const inv = (f) => between(share, at, f);
	const ticks = [0.1, 0.25, 0.5, 0.75, 0.9, 0.99].map(inv);
	return { kind: "rank", lo: at[0], hi: at[at.length - 1], ticks, map: (v) => between(at, share, v), inv };
}

/* ---- units ---- */

function decimals(x) {
	const a = Math.abs(x);
	return a >= 100 || Number.isInteger(x) ? 0 : a >= 10 ? 1 : 2;
}

function short(x) {
	const s = x.toFixed(decimals(x));
	return s.includes(".") ? s.replace(/\.?0+$/, "") : s;
}

function scaled(v, units) {
	let best = units[0];
	for (const u of units) if (Math.abs(v) >= u[0] * 0.9995) best = u;
	return short(v / best[0]) + best[1];
}

const TIME = [[1, " ns"], [1e3, " µs"], [1e6, " ms"], [1e9, " s"], [6e10, " min"], [3.6e12, " h"]];
const BINARY = ["", "K", "M", "G", "T", "P"].map((p, i) => [1024 ** i, " " + (p ? p + "iB" : "B")]);
const DECIMAL = [[1, ""], [1e3, " k"], [1e6, " M"], [1e9, " G"], [1e12, " T"]];

/* A value with its unit, for people: 1500000 ns -> "1.5 ms". unit as the catalogue has it. */
export function show(v, unit = "") {
	if (v === null || v === undefined || Number.isNaN(v)) return "–";
	if (v !== 0 && Math.abs(v) < 0.01 && unit !== "ns") return unit === "percent" ? "0 %" : v.toExponential(1);
	if (unit === "ns") return v < 1 && v > 0 ? short(v) + " ns" : scaled(v, TIME);
	if (/^bytes/.test(unit)) return scaled(v, BINARY) + unit.slice(5);
	if (unit === "percent") return short(v) + " %";
	if (unit === "port" || unit === "number") return String(Math.round(v));
	const rest = /\/s$/.test(unit) ? "/s" : "";
	return scaled(v, DECIMAL) + rest;
}

/* ---- time ---- */

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000];

const two = (n) => String(n).padStart(2, "0");

export function clock(t, seconds = true) {
	const d = new Date(t * 1000);
	return `${two(d.getHours())}:${two(d.getMinutes())}${seconds ? ":" + two(d.getSeconds()) : ""}`;
}

export function day(t) {
	const d = new Date(t * 1000);
	return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/* Ticks of a time axis in local time: [{t, label}]. */
export function timeTicks(start, end, count) {
	const step = TIME_STEPS.find((s) => (end - start) / s <= count) || TIME_STEPS[TIME_STEPS.length - 1];
	const offset = -new Date(start * 1000).getTimezoneOffset() * 60, ticks = [];
	for (let t = Math.ceil((start + offset) / step) * step - offset; t <= end; t += step) {
		const midnight = (t + offset) % 86400 === 0;
		ticks.push({ t, label: midnight && step >= 3600 ? day(t).slice(5) : clock(t, step < 60) });
	}
	return ticks;
}

export function duration(s) {
	const names = [[604800, "week"], [86400, "day"], [3600, "hour"], [60, "minute"], [1, "second"]];
	const [size, word] = names.find(([n]) => s >= n) || names[4];
	const n = Math.round((s / size) * 10) / 10;
	return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/* Office hours within a range, for shading when it spans days: [[start, end]]. */
export function officeHours(start, end) {
	const out = [];
	const first = new Date(start * 1000);
	first.setHours(0, 0, 0, 0);
	for (let d = first; d.getTime() / 1000 < end; d = new Date(d.getFullYear(), d.getMonth(), d.getDate() + 1)) {
		if (d.getDay() === 0 || d.getDay() === 6) continue;
		const at = (h) => new Date(d.getFullYear(), d.getMonth(), d.getDate(), h).getTime() / 1000;
		if (at(17) > start && at(9) < end) out.push([Math.max(start, at(9)), Math.min(end, at(17))]);
	}
	return out;
}
