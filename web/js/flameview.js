/*
 * flameview.js - the flame graph of a dataset that is keyed by stacks; of paths, the tree of folders
 *
 * Beside the graph stand a pie of what is under the frame that is zoomed to, and the same as a tree that opens.
 */
import { html, useEffect, useRef, useState, useSize, Wait } from "./ui.js";
import * as api from "./api.js";
import * as F from "./flame.js";
import * as S from "./scale.js";
import { hsv, keyColour } from "./heat.js";
import { parse } from "./name.js";
import { Pie } from "./charttip.js";
import { store, onTick } from "./store.js";

const ROW = 18, SLICES = 8, LISTED = 40;

/* The keys of the dataset as a tree, asked for every five seconds while it is live. -> {tree, error} */
function useTree(dataset, chart, range, stacks) {
	const [keys, setKeys] = useState(null), [error, setError] = useState(null), any = useRef(false), live = (chart.range || store.sheet).end === null, newest = useRef();
	newest.current = range;
	const load = () => dataset && api.get(`datasets/${dataset.id}/keys`, { start: Math.floor(newest.current[0]), end: Math.ceil(newest.current[1]), top: 1000 })
		.then((a) => ((any.current = a.keys.length > 0), setKeys(a.keys), setError(null)), (e) => setError(e.message));
	useEffect(() => void load(), [dataset && dataset.id, live ? range[1] - range[0] : range.join()]);
	useEffect(() => (live ? onTick((t) => (t % 5 === 0 || !any.current) && load()) : undefined), [dataset && dataset.id, live, range[1] - range[0]]);
	return { tree: keys && F.tree(keys.map((k) => [k.key, k.total]), stacks), error };
}

function drawBox(ctx, box, dark) {
	const rgb = box.depth === 0 ? [140, 140, 150] : hsv(F.hue(box.name), dark ? 0.6 : 0.55, dark ? 0.72 : 0.97);
	ctx.fillStyle = `rgb(${rgb})`;
	ctx.fillRect(box.px, box.y, Math.max(0.5, box.pw - 0.7), ROW - 1);
	if (box.pw <= 30) return;
	ctx.save();
	ctx.beginPath();
	ctx.rect(box.px, box.y, box.pw - 2, ROW);
	ctx.clip();
	ctx.fillStyle = "#111";
	ctx.fillText(box.name, box.px + 4, box.y + ROW / 2);
	ctx.restore();
}

/* Draws the boxes; stacks grow upwards, folders hang down. -> the boxes with their places */
function drawBoxes(canvas, list, width, height, upwards) {
	const ratio = window.devicePixelRatio || 1, ctx = canvas.getContext("2d"), deep = Math.max(1, ...list.map((b) => b.depth)) + 1, tall = Math.max(height - 24, deep * ROW + 4);
	canvas.width = width * ratio;
	canvas.height = tall * ratio;
	canvas.style.height = tall + "px";
	ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
	ctx.font = "11px system-ui, sans-serif";
	ctx.textBaseline = "middle";
	const placed = list.map((b) => ({ ...b, px: b.x * width, pw: b.w * width, y: upwards ? tall - (b.depth + 1) * ROW : b.depth * ROW }));
	for (const b of placed) drawBox(ctx, b, store.dark);
	return placed;
}

const greatest = (node) => [...node.children.values()].sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));

/* One level of the tree: a row for each child, which opens to its own. */
function Level({ node, path, total, unit, zoomTo, first }) {
	const [open, setOpen] = useState({});
	return html`<ul>${greatest(node).slice(0, LISTED).map((child, i) => {
		const own = [...path, child.name], more = child.children.size > 0, is = !!open[child.name];
		return html`<li key=${child.name}><div class="leaf"><button type="button" class="twist" disabled=${!more} aria-expanded=${String(is)} aria-label=${`What is in ${child.name}`} onClick=${() => setOpen({ ...open, [child.name]: !is })}>${more ? (is ? "▾" : "▸") : "·"}</button>
			${first && html`<i class="swatch" style=${{ background: i < SLICES ? keyColour(i, store.dark) : "var(--muted)" }}></i>`}
			<button type="button" class="link leaf-name" title=${own.join(" ")} onClick=${() => zoomTo(own)}>${child.name}</button><span class="value">${S.show(child.value, unit)} <small>${S.show(total ? (100 * child.value) / total : 0, "percent")}</small></span></div>
			${is && html`<${Level} node=${child} path=${own} total=${total} unit=${unit} zoomTo=${zoomTo} />`}</li>`;
	})}${node.self > 0 && node.children.size > 0 && html`<li class="leaf"><span class="twist"></span><span class="leaf-name hint">by itself</span><span class="value">${S.show(node.self, unit)} <small>${S.show((100 * node.self) / total, "percent")}</small></span></li>`}</ul>`;
}

function Hierarchy({ tree, zoom, unit, zoomTo }) {
	let node = tree;
	for (const name of zoom) node = node.children.get(name) || node;
	const parts = greatest(node).slice(0, SLICES).map((c, i) => [node.value ? c.value / node.value : 0, keyColour(i, store.dark)]);
	return html`<div class="keys hierarchy" role="group" aria-label=${`What is under ${node.name}`}><div class="caption"><${Pie} parts=${parts} /><span>${zoom.length ? zoom.join(" ") : "all"}: ${S.show(node.value, unit)}</span></div>
		<${Level} key=${zoom.join("\n")} node=${node} path=${zoom} total=${tree.value} unit=${unit} zoomTo=${zoomTo} first=${true} /></div>`;
}

export function Flame({ dataset, chart, range }) {
	const root = useRef(), canvas = useRef(), [width, height] = useSize(root), [zoom, setZoom] = useState([]), [over, setOver] = useState(null), placed = useRef([]);
	/* stack() and ustack() begin with the innermost frame. */
	const stacks = dataset && /stack$/.test(parse(dataset.name).by[0] || ""), { tree, error } = useTree(dataset, chart, range, stacks), empty = tree && !tree.children.size;
	const list = tree ? F.boxes(tree, zoom) : [];
	useEffect(() => {
		if (!canvas.current || !width || !tree || empty) return;
		const box = root.current, low = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
		placed.current = drawBoxes(canvas.current, list, width, height, stacks);
		/* The roots of stacks are at the bottom: it stays in sight until somebody scrolls. */
		if (stacks && low) box.scrollTop = box.scrollHeight;
	});
	const find = (e) => {
		const r = canvas.current.getBoundingClientRect(), x = e.clientX - r.left, y = e.clientY - r.top;
		return placed.current.find((b) => x >= b.px && x <= b.px + b.pw && y >= b.y && y < b.y + ROW);
	};
	const unit = dataset ? dataset.unit.replace(/\/s$/, "") : "", total = tree ? tree.value : 0;
	const share = (b) => `${b.name}: ${S.show(b.value, unit)}, ${S.show(total ? (100 * b.value) / total : 0, "percent")}`;
	const top = list.filter((b) => b.depth > 0).sort((a, b) => b.self - a.self).slice(0, 30);
	const click = (e) => {
		const b = find(e);
		if (b) setZoom(b.path);
	};
	return html`${tree && !empty && html`<${Hierarchy} tree=${tree} zoom=${zoom} unit=${unit} zoomTo=${setZoom} />`}<div class="flame" ref=${root}>
		${!tree && !error && html`<${Wait} text="Loading" />`}${error && html`<p class="problem" role="alert">${error}</p>`}
		${empty && html`<p class="hint">Nothing of this has happened in this time. It appears here when it does.</p>`}
		<canvas ref=${canvas} role="img" aria-label=${`${stacks ? "Flame graph" : "Hierarchy"}: ${top.slice(0, 5).map(share).join("; ")}`}
			onPointerMove=${(e) => setOver(find(e) || null)} onPointerLeave=${() => setOver(null)} onClick=${click}></canvas>
		<div class="status" aria-hidden="true" hidden=${!tree || empty}>${over ? share(over) : zoom.length ? "Click below to zoom out" : "Click a frame to zoom in"}</div>
		${zoom.length > 0 && html`<button type="button" class="reset" onClick=${() => setZoom([])}>All</button>`}
		<table class="visually-hidden"><caption>Most by itself</caption><tbody>${top.map((b) => html`<tr><td>${b.path.join(" / ")}</td><td>${S.show(b.self, unit)}</td></tr>`)}</tbody></table>
	</div>`;
}
