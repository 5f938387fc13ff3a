/*
 * flameview.js - the flame graph of a dataset that is keyed by stacks; of paths, the tree of folders
 */
import { html, useEffect, useRef, useState, useSize, Wait } from "./ui.js";
import * as api from "./api.js";
import * as F from "./flame.js";
import * as S from "./scale.js";
import { hsv } from "./heat.js";
import { parse } from "./name.js";
import { store, onTick } from "./store.js";

const ROW = 18;

export function Flame({ dataset, chart, range }) {
	const root = useRef(), canvas = useRef(), [width, height] = useSize(root);
	const [keys, setKeys] = useState(null), [zoom, setZoom] = useState([]), [over, setOver] = useState(null), [error, setError] = useState(null);
	const live = (chart.range || store.sheet).end === null, drawn = useRef([]), any = useRef(false);
	const load = () => dataset && api.get(`datasets/${dataset.id}/keys`, { start: Math.floor(range[0]), end: Math.ceil(range[1]), top: 1000 })
		.then((a) => ((any.current = a.keys.length > 0), setKeys(a.keys), setError(null)), (e) => setError(e.message));
	useEffect(load, [dataset && dataset.id, live ? range[1] - range[0] : range.join()]);
	useEffect(() => (live ? onTick((t) => (t % 5 === 0 || !any.current) && load()) : undefined), [dataset && dataset.id, live, range[1] - range[0]]);
	/* stack() and ustack() begin with the innermost frame. */
	const stacks = dataset && /stack$/.test(parse(dataset.name).by[0] || "");
	const tree = keys && F.tree(keys.map((k) => [k.key, k.total]), stacks), list = tree ? F.boxes(tree, zoom) : [];
	useEffect(() => {
		if (!canvas.current || !width || !tree || !keys.length) return;
		const ratio = window.devicePixelRatio || 1, ctx = canvas.current.getContext("2d"), deep = Math.max(1, ...list.map((b) => b.depth)) + 1;
		const tall = Math.max(height - 24, deep * ROW + 4), box = root.current, low = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
		canvas.current.width = width * ratio;
		canvas.current.height = tall * ratio;
		canvas.current.style.height = tall + "px";
		ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
		ctx.font = "11px system-ui, sans-serif";
		ctx.textBaseline = "middle";
		/* The roots of stacks are at the bottom: it stays in sight until somebody scrolls. */
		if (stacks && low) root.current.scrollTop = root.current.scrollHeight;
		drawn.current = list.map((b) => {
			/* Stacks grow upwards, folders hang down. */
			const y = stacks ? tall - (b.depth + 1) * ROW : b.depth * ROW;
			const box = { ...b, px: b.x * width, pw: b.w * width, y };
			const rgb = b.depth === 0 ? [140, 140, 150] : hsv(F.hue(b.name), store.dark ? 0.6 : 0.55, store.dark ? 0.72 : 0.97);
			ctx.fillStyle = `rgb(${rgb})`;
			ctx.fillRect(box.px, y, Math.max(0.5, box.pw - 0.7), ROW - 1);
			if (box.pw > 30) {
				ctx.save();
				ctx.beginPath();
				ctx.rect(box.px, y, box.pw - 2, ROW);
				ctx.clip();
				ctx.fillStyle = "#111";
				ctx.fillText(b.name, box.px + 4, y + ROW / 2);
				ctx.restore();
			}
			return box;
		});
	});
	const find = (e) => {
		const r = canvas.current.getBoundingClientRect(), x = e.clientX - r.left, y = e.clientY - r.top;
		return drawn.current.find((b) => x >= b.px && x <= b.px + b.pw && y >= b.y && y < b.y + ROW);
	};
	const unit = dataset ? dataset.unit.replace(/\/s$/, "") : "", total = tree ? tree.value : 0;
	const share = (b) => `${b.name}: ${S.show(b.value, unit)}, ${S.show(total ? (100 * b.value) / total : 0, "percent")}`;
	const top = list.filter((b) => b.depth > 0).sort((a, b) => b.self - a.self).slice(0, 30);
	return html`<div class="flame" ref=${root}>
		${!keys && !error && html`<${Wait} text="Loading" />`}${error && html`<p class="problem" role="alert">${error}</p>`}
		${keys && !keys.length && html`<p class="hint">Nothing in this range.</p>`}
		<canvas ref=${canvas} role="img" aria-label=${`${stacks ? "Flame graph" : "Hierarchy"}: ${top.slice(0, 5).map(share).join("; ")}`}
			onPointerMove=${(e) => setOver(find(e) || null)} onPointerLeave=${() => setOver(null)} onClick=${(e) => { const b = find(e); if (b) setZoom(b.path); }}></canvas>
		<div class="status" aria-hidden="true">${over ? share(over) : zoom.length ? "Click below to zoom out" : "Click a frame to zoom in"}</div>
		${zoom.length > 0 && html`<button type="button" class="reset" onClick=${() => setZoom([])}>All</button>`}
		<table class="visually-hidden"><caption>Most by itself</caption><tbody>${top.map((b) => html`<tr><td>${b.path.join(" / ")}</td><td>${S.show(b.self, unit)}</td></tr>`)}</tbody></table>
	</div>`;
}
