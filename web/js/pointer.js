/*
 * pointer.js - the pointer over a chart: what lies under it, ranges that are dragged, the chosen second
 *
 * A chart hands over c = {canvas, geo, own, dataset, isHeat, step}; canvas and geo are refs. What comes back are
 * the handlers for its upper canvas, and what they found: tip (what is under the pointer), band (what is
 * being dragged, in pixels), menu (the range that was chosen).
 */
import { useRef, useState } from "./ui.js";
import * as api from "./api.js";
import * as D from "./data.js";
import * as H from "./heat.js";
import { store, set, setHover } from "./store.js";

const REST_MS = 120; /* until the keys of a column are asked for */
const LEAST = 12; /* pixels that a drag has one way before it counts that way */

const within = (x, lo, hi) => Math.min(hi, Math.max(lo, x));

/* The keys of one column of a heat map are asked for when the pointer rests on it. -> {ask(t), at(t, value)} */
function useColumnKeys(c, found) {
	const detail = useRef({}), d = detail.current;
	const at = (t, value) => (d.block && t >= d.column && t < d.column + d.block.step ? H.probe(d.block, c.geo.current.y, c.geo.current.rows, t, value)?.keys : undefined);
	const ask = (t) => {
		const b = c.own.block, i = b ? Math.floor((t - b.start) / b.step) : -1;
		if (i < 0 || i >= b.columns.length || d.column === b.start + i * b.step) return;
		clearTimeout(d.timer);
		const start = b.start + i * b.step;
		d.timer = setTimeout(async () => {
			const answer = await api.get(`datasets/${c.dataset.id}/heatmap`, { start, end: start + b.step, step: b.step, top: 10 }).catch(() => null);
			if (!answer) return;
			Object.assign(d, { column: start, block: D.fromHeatmap(answer) });
			found();
		}, REST_MS);
	};
	return { ask, at };
}

/* What a chart has at a time and a value. */
function under(c, t, value, keysAt) {
	const b = c.own.block;
	if (!b) return { t, value };
	if (c.isHeat) {
		const keys = keysAt(t, value);
		return { value, ...(H.probe(b, c.geo.current.y, c.geo.current.rows, t, value) || { t }), at: t, ...(keys ? { keys } : {}) };
	}
	const i = Math.floor((t - b.start) / b.step);
	if (i < 0 || i >= b.n || !b.known[i]) return { t, value };
	const keys = [...b.series].filter(([k]) => k !== "").map(([k, v]) => [k, v[i] || 0]).filter(([, v]) => v > 0).sort((p, q) => q[1] - p[1]);
	return { t: b.start + i * b.step, value, step: b.step, sum: D.totals(b)[i], keys, lines: true, lost: b.lost[i] };
}

/* Widened to the edges of the buckets that straddle its ends, so that none is asked for in part. */
function snap(block, lo, hi) {
	for (const b of block.kind === "heat" ? block.buckets : []) {
		if (b.lo < lo && b.hi > lo) lo = b.lo;
		if (b.lo < hi && b.hi > hi) hi = b.hi;
	}
	return [Math.round(lo), Math.round(hi)];
}

/* The range that a band stands for: whole seconds of time; values, open above where the band reaches the top. */
function chosen(c, band) {
	const g = c.geo.current, found = { start: Math.floor(g.t(band.x)), end: Math.ceil(g.t(band.x + band.w)), whole: band.w >= g.box.w - 2 };
	if (band.h < g.box.h - 2 || (c.isHeat && found.whole)) found.values = snap(c.own.block, g.v(band.y + band.h), g.v(band.y));
	found.above = !!found.values && c.isHeat && band.y <= g.box.y + 3;
	return { x: band.x + band.w / 2, y: band.y, ...found };
}

/* From where a drag began to where it is: over all values, or all of the time, where it has hardly gone that way. */
function bandOf(c, from, p) {
	const b = c.geo.current.box, x = within(p.x, b.x, b.x + b.w), y = within(p.y, b.y, b.y + b.h), dx = Math.abs(x - from.x), dy = Math.abs(y - from.y);
	if (dx + dy < LEAST / 2) return null;
	const tall = !c.isHeat || dy < LEAST, long = c.isHeat && dx < LEAST;
	return { x: long ? b.x : Math.min(x, from.x), w: long ? b.w : dx, y: tall ? b.y : Math.min(y, from.y), h: tall ? b.h : dy };
}

export function usePointer(c) {
	const [band, setBand] = useState(null), [menu, setMenu] = useState(null), [tip, setTip] = useState(null), drag = useRef(null);
	const keys = useColumnKeys(c, () => setTip((o) => o && { ...o, keys: keys.at(o.t, o.value) }));
	const point = (e) => {
		const r = c.canvas.current.getBoundingClientRect();
		return { x: e.clientX - r.left, y: e.clientY - r.top };
	};
	const leave = () => (setTip(null), setHover(null));
	const move = (e) => {
		const g = c.geo.current, p = point(e);
		if (!g) return;
		if (drag.current) {
			const next = bandOf(c, drag.current, p);
			if (next) setBand(next), setTip(null);
			return;
		}
		if (p.x < g.box.x || p.x > g.box.x + g.box.w || p.y < g.box.y || p.y > g.box.y + g.box.h) return void leave();
		const t = g.t(p.x);
		setHover(t);
		setTip({ x: p.x, y: p.y, ...under(c, t, g.v(p.y), keys.at) });
		if (c.isHeat && c.dataset.kind === "keyed-dist") keys.ask(t);
	};
	const down = (e) => {
		const p = point(e), b = c.geo.current && c.geo.current.box;
		if (e.button !== 0 || !b || p.y > b.y + b.h + 24) return;
		drag.current = { x: within(p.x, b.x, b.x + b.w), y: within(p.y, b.y, b.y + b.h) };
		e.currentTarget.setPointerCapture(e.pointerId);
	};
	const up = (e) => {
		if (!drag.current || !c.geo.current) return;
		drag.current = null;
		if (band) return void setMenu(chosen(c, band));
		const t = Math.floor(c.geo.current.t(point(e).x));
		set({ pinned: store.pinned !== null && Math.abs(store.pinned - t - 0.5) < c.step ? null : t + 0.5 });
	};
	const cancel = () => ((drag.current = null), setBand(null), leave());
	return { band, menu, tip, openMenu: setMenu, closeMenu: () => (setMenu(null), setBand(null)), handlers: { onPointerMove: move, onPointerLeave: leave, onPointerDown: down, onPointerUp: up, onPointerCancel: cancel } };
}
