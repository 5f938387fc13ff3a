/*
 * plot.js - draws one chart on a canvas
 *
 * view: {block, usual (hours of /usual), chart, range: [start, end], unit, valueUnit, dark, colours (of the style sheet), hues: Map
 * key -> index, cursor: second or null}. Returns what pointer and keyboard need: {box, x, y, t, v, rows}.
 */
import * as S from "./scale.js";
import * as H from "./heat.js";
import * as D from "./data.js";

const CELL = 3; /* least height of a cell of a heat map, CSS pixels */
const FONT = "11px system-ui, sans-serif";

/* The place for the picture within the canvas. */
export function box(width, height) {
	const left = width < 480 ? 52 : 66;
	return { x: left, y: 8, w: Math.max(20, width - left - 10), h: Math.max(20, height - 32) };
}

function yScale(view) {
	const { block, chart } = view;
	if (block.kind === "heat") {
		const e = chart.zoom || H.extent(block, chart.outliers);
		if (!e) return S.linear(0, 1, view.valueUnit);
		if (chart.y === "log") return S.log10(e[0], e[1]);
		if (chart.y === "rank" && !chart.zoom) {
			const sums = H.bucketSums(block);
			return S.rank(H.bucketOrder(block).map((b) => ({ ...block.buckets[b], n: sums[b] })).filter((b) => b.lo < e[1]));
		}
		return S.linear(chart.zoom || chart.y === "rank" ? e[0] : Math.min(0, e[0]), e[1], view.valueUnit);
	}
	if (chart.zoom) return chart.y === "log" ? S.log10(...chart.zoom) : S.linear(...chart.zoom, view.unit);
	const c0 = Math.max(0, Math.floor((view.range[0] - block.start) / block.step)), top = D.totals(block).slice(c0);
	const values = chart.outliers ? top.filter((v) => v !== null).sort((a, b) => a - b) : top;
	let max = [...values, ...(chart.outliers ? [] : block.max || [])].reduce((m, v) => Math.max(m, v || 0), 0);
	if (chart.outliers && values.length) max = values[Math.min(values.length - 1, Math.floor(values.length * (1 - chart.outliers / 100)))];
	if (chart.view === "line" && !drawsTotal(view)) {
		max = 0;
		for (const [k, vs] of block.series) if (shown(view, k)) for (let i = c0; i < vs.length; i++) max = Math.max(max, vs[i] || 0);
	}
	for (const h of usualHours(view)) max = Math.max(max, Math.min(h.high, max * 4 || h.high));
	if (view.unit === "percent" && max <= 100 && max > 40) max = 100;
	if (chart.y === "log") return S.log10(Math.max(max / 1e4, 0), max || 1);
	return S.linear(0, (max || 1) * (view.unit === "percent" && max === 100 ? 1 : 1.08), view.unit);
}

/* Hours in sight of which it is known what is usual. */
function usualHours(view) {
	return (view.usual || []).filter((h) => h.low !== null && h.start < view.range[1] && h.start + 3600 > view.range[0]);
}

/* Is this key a line or a layer of its own under the chart's selection? */
export function shown(view, key) {
	const { chart, block } = view;
	if (key === "") return block.series.size === 1;
	const picked = chart.keys.includes(key);
	if (chart.mode === "rainbow") return key !== "other" || !chart.keys.length;
	return chart.mode === "exclude" ? !picked : picked;
}

function drawsTotal(view) {
	return view.chart.mode === "highlight" || (view.chart.mode === "isolate" && !view.chart.keys.length);
}

export function colourOf(view, key) {
	if (key === "" || key === "other") return key === "" ? H.keyColour(-1, view.dark) : view.colours.muted;
	return H.keyColour(view.hues.get(key) ?? 0, view.dark);
}

function frame(ctx, view, geo) {
	const { box: b, y } = geo, [start, end] = view.range, unit = view.block && view.block.kind === "heat" ? view.valueUnit : view.unit;
	ctx.font = FONT;
	ctx.lineWidth = 1;
	if (end - start > 2 * 86400 && end - start < 90 * 86400) {
		ctx.fillStyle = view.colours.shade;
		for (const [a, z] of S.officeHours(start, end)) ctx.fillRect(geo.x(a), b.y, geo.x(z) - geo.x(a), b.h);
	}
	ctx.strokeStyle = view.colours.grid;
	ctx.fillStyle = view.colours.label;
	ctx.textAlign = "right";
	ctx.textBaseline = "middle";
	let last = Infinity;
	for (const v of y.ticks) {
		const py = Math.round(b.y + b.h - y.map(v) * b.h) + 0.5;
		if (py < b.y - 1 || py > b.y + b.h + 1 || Math.abs(last - py) < 13) continue;
		last = py;
		ctx.beginPath();
		ctx.moveTo(b.x, py);
		ctx.lineTo(b.x + b.w, py);
		ctx.stroke();
		ctx.fillText(S.show(v, unit), b.x - 6, py);
	}
	ctx.textAlign = "center";
	ctx.textBaseline = "top";
	for (const { t, label } of S.timeTicks(start, end, Math.max(2, Math.floor(b.w / 90)))) {
		const px = Math.round(geo.x(t)) + 0.5;
		ctx.beginPath();
		ctx.moveTo(px, b.y + b.h);
		ctx.lineTo(px, b.y + b.h + 4);
		ctx.stroke();
		if (px > b.x + 14 && px < b.x + b.w - 14) ctx.fillText(label, px, b.y + b.h + 7);
	}
	ctx.strokeStyle = view.colours.axis;
	ctx.beginPath();
	ctx.moveTo(b.x - 0.5, b.y);
	ctx.lineTo(b.x - 0.5, b.y + b.h + 0.5);
	ctx.lineTo(b.x + b.w, b.y + b.h + 0.5);
	ctx.stroke();
}

/* Values as steps through the middles of their columns; gaps where nothing is known. */
function trace(ctx, view, geo, values, from) {
	const { block } = view, b = geo.box, at = (v) => b.y + b.h - Math.min(1.05, geo.y.map(v)) * b.h;
	let open = false, first = 0, last = 0;
	const spans = [];
	ctx.beginPath();
	for (let i = 0; i < values.length; i++) {
		const v = values[i], known = v !== null && v !== undefined && block.known[i];
		if (!known) {
			if (open) spans.push([first, last]);
			open = false;
			continue;
		}
		const px = geo.x(block.start + (i + 0.5) * block.step), py = at(v);
		if (open) ctx.lineTo(px, py);
		else ctx.moveTo(px, py), (open = true), (first = i);
		last = i;
	}
	if (open) spans.push([first, last]);
	if (!from) return;
	/* Closes the area: back along the lower edge. */
	ctx.beginPath();
	for (const [a, z] of spans) {
		for (let i = a; i <= z; i++) ctx.lineTo(geo.x(block.start + (i + 0.5) * block.step), at(values[i]));
		for (let i = z; i >= a; i--) ctx.lineTo(geo.x(block.start + (i + 0.5) * block.step), at(from[i] || 0));
		ctx.closePath();
	}
}

/* The band of what is usual, behind everything. */
function usualBand(ctx, view, geo) {
	const b = geo.box, at = (v) => b.y + b.h - Math.min(1.05, Math.max(0, geo.y.map(v))) * b.h;
	for (const h of usualHours(view)) {
		const x = geo.x(h.start), w = geo.x(h.start + 3600) - x, top = at(h.high), bottom = at(h.low);
		ctx.fillStyle = view.colours.accent;
		ctx.globalAlpha = 0.13;
		ctx.fillRect(x, top, w, bottom - top);
		ctx.globalAlpha = 0.6;
		for (const y of [top, bottom]) ctx.fillRect(x, Math.round(y), w, 1);
		ctx.globalAlpha = 1;
	}
}

function lines(ctx, view, geo) {
	const { block } = view, single = block.series.size <= 1;
	ctx.lineJoin = "round";
	if (single || drawsTotal(view)) {
		const sum = D.totals(block), colour = single ? colourOf(view, "") : view.colours.muted;
		trace(ctx, view, geo, sum, sum.map(() => 0));
		ctx.fillStyle = colour;
		ctx.globalAlpha = 0.14;
		ctx.fill();
		ctx.globalAlpha = 1;
		trace(ctx, view, geo, sum);
		ctx.strokeStyle = colour;
		ctx.lineWidth = 1.5;
		ctx.stroke();
		if (block.max) {
			/* Zoomed out, the average of a column hides its highest second. */
			trace(ctx, view, geo, block.max);
			ctx.lineWidth = 1;
			ctx.globalAlpha = 0.45;
			ctx.stroke();
			ctx.globalAlpha = 1;
		}
	}
	if (single) return;
	for (const [key, values] of block.series) {
		if (!shown(view, key)) continue;
		trace(ctx, view, geo, values);
		ctx.strokeStyle = colourOf(view, key);
		ctx.lineWidth = 1.5;
		ctx.stroke();
	}
}

function stack(ctx, view, geo) {
	const { block, chart } = view, n = block.n, below = new Array(n).fill(0);
	const keys = [...block.series.keys()], single = keys.length <= 1;
	const own = single ? keys : keys.filter((k) => shown(view, k));
	const rest = single || chart.mode === "isolate" || chart.mode === "exclude" ? [] : keys.filter((k) => !own.includes(k));
	const layer = (values, colour, alpha) => {
		const top = below.map((v, i) => v + (values[i] || 0)), seen = top.map((v, i) => (block.known[i] ? v : null));
		trace(ctx, view, geo, seen, below.slice());
		ctx.fillStyle = colour;
		ctx.globalAlpha = alpha;
		ctx.fill();
		ctx.globalAlpha = 1;
		trace(ctx, view, geo, seen);
		ctx.strokeStyle = colour;
		ctx.lineWidth = 1;
		ctx.stroke();
		for (let i = 0; i < n; i++) below[i] = top[i];
	};
	const sum = (ks) => Array.from({ length: n }, (_, i) => ks.reduce((s, k) => s + (block.series.get(k)[i] || 0), 0));
	/* In the order of first appearance, so that layers do not change places while they move. */
	own.sort((a, b) => (view.hues.get(a) ?? 99) - (view.hues.get(b) ?? 99));
	for (const k of own) layer(block.series.get(k), colourOf(view, k), 0.75);
	if (rest.length) layer(sum(rest), view.colours.muted, 0.35);
}

function heat(ctx, view, geo) {
	const { block, chart } = view, b = geo.box, [start, end] = view.range;
	const columns = Math.max(1, Math.round((end - start) / block.step));
	/* One column of cells for each step while that is wider than a pixel. */
	const cols = Math.min(columns, Math.round(b.w)), rows = geo.rows;
	const g = H.grid(block, geo.y, { cols, rows, start, span: end - start }, { keys: chart.keys, mode: chart.mode, byValue: chart.weight === "value" });
	const pixels = H.paint(g, { colour: chart.colour, dark: view.dark, hues: g.keys.map((k) => view.hues.get(k) ?? 0) });
	const small = new OffscreenCanvas(cols, rows);
	small.getContext("2d").putImageData(new ImageData(pixels, cols, rows), 0, 0);
	ctx.imageSmoothingEnabled = false;
	ctx.drawImage(small, b.x, b.y, b.w, b.h);
	heatLines(ctx, view, geo);
}

/* A line through one figure of each column, with its name where it ends. */
function columnLine(ctx, view, geo, of, name, colour, dash) {
	const { block } = view, b = geo.box;
	let open = false, last = null;
	ctx.beginPath();
	block.columns.forEach((column, c) => {
		const v = of(column, c);
		if (v === null) return void (open = false);
		const px = geo.x(block.start + (c + 0.5) * block.step), py = b.y + b.h - Math.min(1, geo.y.map(v)) * b.h;
		if (open) ctx.lineTo(px, py);
		else ctx.moveTo(px, py), (open = true);
		last = [px, py];
	});
	ctx.strokeStyle = colour;
	ctx.setLineDash(dash);
	ctx.lineWidth = 1.5;
	ctx.stroke();
	ctx.setLineDash([]);
	if (!last) return;
	ctx.font = FONT;
	ctx.textAlign = "right";
	ctx.textBaseline = "bottom";
	ctx.lineWidth = 3;
	ctx.strokeStyle = view.colours.panel;
	ctx.strokeText(name, last[0], last[1] - 2);
	ctx.fillStyle = colour;
	ctx.fillText(name, last[0], last[1] - 2);
}

const DASHES = [[], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3]];

function heatLines(ctx, view, geo) {
	const { block, chart, colours } = view, all = chart.keys.length && (chart.mode === "isolate" || chart.mode === "exclude") ? " of all" : "";
	chart.percentiles.forEach((p, i) => columnLine(ctx, view, geo, (column) => H.percentile(block, column, p), `${p} %${all}`, colours.text, DASHES[i % DASHES.length]));
	if (chart.average) columnLine(ctx, view, geo, (column, c) => H.mean(block, c), H.averageName(block) + all, colours.accent, []);
}

function lostMarks(ctx, view, geo) {
	const { block } = view, b = geo.box;
	ctx.fillStyle = view.colours.warn;
	block.lost.forEach((n, i) => {
		if (n > 0) ctx.fillRect(geo.x(block.start + i * block.step), b.y + b.h - 3, Math.max(2, (b.w * block.step) / (view.range[1] - view.range[0])), 3);
	});
}

export function draw(canvas, view) {
	const width = canvas.clientWidth, height = canvas.clientHeight, ratio = window.devicePixelRatio || 1;
	if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
		canvas.width = Math.round(width * ratio);
		canvas.height = Math.round(height * ratio);
	}
	const ctx = canvas.getContext("2d"), b = box(width, height), [start, end] = view.range;
	ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
	ctx.clearRect(0, 0, width, height);
	const geo = {
		box: b, rows: Math.max(8, Math.floor(b.h / CELL)),
		y: view.block ? yScale(view) : S.linear(0, 1, ""),
		x: (t) => b.x + ((t - start) / (end - start)) * b.w,
		t: (x) => start + ((x - b.x) / b.w) * (end - start),
		v: (y) => geo.y.inv(Math.min(1, Math.max(0, (b.y + b.h - y) / b.h))),
	};
	if (view.block && view.block.kind === "heat") {
		ctx.save();
		ctx.beginPath();
		ctx.rect(b.x, b.y, b.w, b.h);
		ctx.clip();
		heat(ctx, view, geo);
		ctx.restore();
		frame(ctx, { ...view, colours: { ...view.colours, grid: view.colours.veil } }, geo);
	} else {
		frame(ctx, view, geo);
		if (view.block) {
			ctx.save();
			ctx.beginPath();
			ctx.rect(b.x, b.y - 2, b.w, b.h + 3);
			ctx.clip();
			usualBand(ctx, view, geo);
			(view.chart.view === "stack" ? stack : lines)(ctx, view, geo);
			ctx.restore();
		}
	}
	if (view.block) lostMarks(ctx, view, geo);
	return geo;
}

/* What moves with the pointer, on a canvas of its own: a line through the time, a band that is being chosen. */
export function drawOverlay(canvas, geo, { cursor, pinned, band, colours }) {
	const ratio = window.devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
	canvas.width = Math.round(width * ratio);
	canvas.height = Math.round(height * ratio);
	if (!geo) return;
	const ctx = canvas.getContext("2d"), b = geo.box;
	ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
	const line = (t, colour, dash) => {
		const x = Math.round(geo.x(t)) + 0.5;
		if (x < b.x || x > b.x + b.w) return;
		ctx.strokeStyle = colour;
		ctx.setLineDash(dash);
		ctx.beginPath();
		ctx.moveTo(x, b.y);
		ctx.lineTo(x, b.y + b.h);
		ctx.stroke();
		ctx.setLineDash([]);
	};
	if (pinned !== null && pinned !== undefined) line(pinned, colours.accent, []);
	if (cursor !== null && cursor !== undefined) line(cursor, colours.label, [3, 3]);
	if (band) {
		ctx.fillStyle = colours.band;
		ctx.strokeStyle = colours.accent;
		ctx.fillRect(band.x, band.y, band.w, band.h);
		ctx.strokeRect(band.x + 0.5, band.y + 0.5, band.w - 1, band.h - 1);
	}
}
