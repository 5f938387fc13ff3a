/*
 * cloudview.js - the cloud view: every zone a blob, its processes in it, sized and coloured by statistics
 */
import { html, useEffect, useRef, useState, useSize, Choice, Wait, themeColours, Tool } from "./ui.js";
import * as api from "./api.js";
import * as C from "./cloud.js";
import * as S from "./scale.js";
import { palette, FIRST_HUE } from "./heat.js";
import { store, attempt, ensureDataset, onSecond, addChart, stat } from "./store.js";

const KEEP = 0.6; /* share of the old value in the new: blobs breathe instead of jumping */
const LABEL = 17; /* least radius of a process that has its name in it, pixels */

const has = (s, field) => s.fields.some((f) => f.name === field);

/* Statistics that can be asked for by process. */
function choices() {
	return store.catalogue.filter((s) => has(s, "pid") && s.unit !== "ns");
}

/* The values of each pid after a second of the stream. */
function smoothed(old, second) {
	const next = new Map();
	for (const [k, v] of old) if (v * KEEP > 0.01) next.set(k, v * KEEP);
	for (const [k, v] of Object.entries(second)) {
		const pid = parseInt(k, 10);
		if (pid >= 0) next.set(pid, (old.get(pid) || 0) * KEEP + v * (1 - KEEP));
	}
	return next;
}

/* -> [pid -> value, dataset] of a statistic, moving. */
function usePids(name) {
	const values = useRef(new Map()), [, again] = useState(0), [dataset, setDataset] = useState(null);
	useEffect(() => {
		values.current = new Map();
		setDataset(null);
		if (!name) return undefined;
		let stop = () => {}, gone = false;
		attempt(() => ensureDataset(`${name}[pid]`)).then((d) => {
			if (!d || gone) return;
			setDataset(d);
			stop = onSecond(d.id, (m) => {
				values.current = smoothed(values.current, m.values || {});
				again((n) => n + 1);
			});
		});
		return () => ((gone = true), stop());
	}, [name]);
	return [values.current, dataset];
}

function useZones() {
	const [zones, setZones] = useState(null);
	useEffect(() => {
		const load = () => attempt(() => api.get("zones")).then((a) => a && setZones(a.zones));
		load();
		const timer = setInterval(load, 3000);
		return () => clearInterval(timer);
	}, []);
	return zones;
}

/* ---- the picture ---- */

/* The union of wide halos around the processes of a zone. */
function blob(ctx, z, shade) {
	const path = new Path2D();
	for (const p of z.processes) path.arc(p.x, p.y, p.r + 9, 0, 7), path.closePath();
	path.arc(z.x, z.y, z.processes.length ? Math.max(12, z.r * 0.55) : Math.max(14, z.r * 0.7), 0, 7);
	ctx.stroke(path);
	ctx.globalCompositeOperation = "destination-out";
	ctx.fillStyle = "#000";
	ctx.fill(path);
	ctx.globalCompositeOperation = "source-over";
	ctx.fillStyle = shade;
	ctx.fill(path);
}

function drawProcess(ctx, p, level, shades, theme, chosen) {
	const rgb = [0, 1, 2].map((i) => shades[level * 3 + i]), bright = rgb[0] * 0.3 + rgb[1] * 0.6 + rgb[2] * 0.1 > 135;
	ctx.fillStyle = level ? `rgb(${rgb})` : theme.panel;
	ctx.strokeStyle = chosen ? theme.accent : theme.axis;
	ctx.lineWidth = chosen ? 2.5 : 1;
	ctx.beginPath();
	ctx.arc(p.x, p.y, p.r, 0, 7);
	ctx.fill();
	ctx.stroke();
	if (p.r <= LABEL) return;
	ctx.fillStyle = !level ? theme.text : bright ? "#111" : "#fff";
	ctx.font = `${Math.min(12, p.r / 2.2)}px system-ui, sans-serif`;
	ctx.textAlign = "center";
	ctx.textBaseline = "middle";
	ctx.fillText(p.name.slice(0, Math.floor(p.r / 2.9)), p.x, p.y, p.r * 1.85);
}

function drawCloud(canvas, laid, top, picked) {
	const ratio = window.devicePixelRatio || 1, ctx = canvas.getContext("2d"), theme = themeColours(), shades = palette(FIRST_HUE, store.dark);
	canvas.width = canvas.clientWidth * ratio;
	canvas.height = canvas.clientHeight * ratio;
	ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
	for (const z of laid) {
		const chosen = picked && picked.zone === z.name;
		ctx.strokeStyle = chosen ? theme.accent : theme.axis;
		ctx.lineWidth = chosen ? 2 : 1;
		blob(ctx, z, theme.shade);
		for (const p of z.processes) drawProcess(ctx, p, p.colour > 0 ? 30 + Math.round(225 * Math.sqrt(p.colour / top)) : 0, shades, theme, picked && picked.pid === p.pid);
		ctx.fillStyle = theme.text;
		ctx.font = "600 12px system-ui, sans-serif";
		ctx.textAlign = "center";
		ctx.textBaseline = "bottom";
		ctx.fillText(z.name + (z.hidden ? ` (and ${z.hidden} more processes)` : ""), z.x, z.processes.reduce((y, p) => Math.min(y, p.y - p.r), z.y - 14) - 11);
	}
}

/* Zones with the sizes and colours of their processes. Idle ones of the host are many and say nothing: only those that did something. */
function measured(zones, sizes, colours) {
	return zones.map((z) => ({ ...z, processes: z.processes.map((p) => ({ ...p, size: sizes.get(p.pid) || 0, colour: colours.get(p.pid) || 0 })).filter((p) => z.name !== "global" || p.size + p.colour > 0) }));
}

/* The same places with what is measured now: nothing moves away from under the pointer. */
function still(laid, zones) {
	const now = new Map(zones.flatMap((z) => z.processes.map((p) => [p.pid, p])));
	return laid.map((z) => ({ ...z, processes: z.processes.map((p) => ({ ...p, size: now.get(p.pid)?.size ?? 0, colour: now.get(p.pid)?.colour ?? 0 })) }));
}

/* What lies under a point: {zone, pid, name, p}; pid is missing beside the processes; null outside of the zones. */
function under(laid, x, y) {
	for (const z of laid) {
		const p = z.processes.find((q) => Math.hypot(q.x - x, q.y - y) <= q.r);
		if (p) return { zone: z.name, pid: p.pid, name: p.name, p, x, y };
		if (Math.hypot(z.x - x, z.y - y) <= z.r) return { zone: z.name, p: null, x, y };
	}
	return null;
}

/* ---- beside it ---- */

/* What a size and a colour stand for. */
function Legend({ size, colour, most }) {
	const shades = palette(FIRST_HUE, store.dark), stops = [30, 90, 150, 210, 255].map((l) => `rgb(${[0, 1, 2].map((i) => shades[l * 3 + i])})`);
	return html`<div class="legend"><span><i class="dot"></i><i class="dot big"></i> ${size.title}, at most ${S.show(most.size, size.unit)}</span>
		<span><i class="ramp" style=${{ background: `linear-gradient(90deg, ${stops.join(",")})` }}></i> ${colour.title}, at most ${S.show(most.colour, colour.unit)}</span></div>`;
}

/* What can be asked of a zone or a process, in the worksheet. */
function Picked({ picked, zone, choose, close }) {
	const one = picked.pid !== undefined, opens = store.catalogue.filter((s) => has(s, "zone"));
	const ask = (s) => {
		const heat = has(s, "latency") ? "[latency]" : "";
		addChart(one && has(s, "pid") ? `${s.name}[pid=${picked.pid}]${heat}` : `${s.name}[zone=${picked.zone}]${has(s, "execname") ? "[execname]" : ""}${heat}`);
	};
	const processes = one || !zone ? [] : [...zone.processes].sort((a, b) => b.size - a.size || a.pid - b.pid).slice(0, 12);
	return html`<div class="picked" role="region" aria-label="What was chosen"><header><b>${one ? `${picked.name} (process ${picked.pid} of ${picked.zone})` : `Zone ${picked.zone}`}</b><${Tool} icon="close" label="Close" onClick=${close} /></header>
		${processes.length > 0 && html`<p class="hint">Its processes:</p><div class="next">${processes.map((p) => html`<button type="button" class="chip" onClick=${() => choose({ zone: zone.name, pid: p.pid, name: p.name })}>${p.name} ${p.pid}</button>`)}</div>`}
		<p class="hint">Open in the worksheet:</p><div class="columns">${opens.map((s) => html`<button type="button" class="item" onClick=${() => ask(s)}>${s.title}</button>`)}</div></div>`;
}

function List({ rows, title, unit, choose }) {
	return html`<details class="list"><summary>As a list</summary><table><thead><tr><th>Zone</th><th>Processes</th><th>${title}</th><th><span class="visually-hidden">Actions</span></th></tr></thead>
		<tbody>${rows.map((z) => html`<tr><td>${z.name}</td><td>${z.n}</td><td>${S.show(z.v, unit)}</td><td><button type="button" class="link" onClick=${() => choose({ zone: z.name })}>Ask about ${z.name}</button></td></tr>`)}</tbody></table></details>`;
}

function Tip({ tip, width, units }) {
	return html`<div class="tip" style=${{ left: Math.max(0, Math.min(width - 200, tip.x + 12)) + "px", top: tip.y + "px" }} aria-hidden="true"><div class="when">${tip.zone}${tip.p ? ` · ${tip.p.name} (${tip.p.pid})` : ""}</div>
		${tip.p && html`<div>size ${S.show(tip.p.size, units.size)}</div><div>colour ${S.show(tip.p.colour, units.colour)}</div>`}</div>`;
}

export function Cloud() {
	const all = choices(), usual = (...names) => names.find((n) => all.some((s) => s.name === n)) || (all[0] || {}).name;
	const [size, setSize] = useState(usual("cpu.usage", "cpu.samples")), [colour, setColour] = useState(usual("syscall.ops", "io.bytes")), [picked, setPicked] = useState(null), [tip, setTip] = useState(null);
	const root = useRef(), canvas = useRef(), [width, height] = useSize(root), laid = useRef([]), over = useRef(false), zones = useZones();
	const [sizes, sizeSet] = usePids(size), [colours, colourSet] = usePids(colour), shown = zones ? measured(zones, sizes, colours) : [];
	const most = { size: Math.max(0, ...sizes.values()), colour: Math.max(0, ...colours.values()) };
	useEffect(() => {
		if (!width || !zones) return;
		laid.current = over.current && laid.measured ? still(laid.current, shown) : C.layout(shown, width, height);
		laid.measured ||= sizes.size > 0;
		drawCloud(canvas.current, laid.current, most.colour || 1, picked);
	}, [zones, sizes, colours, width, height, picked, store.dark]);
	const find = (e) => {
		const r = canvas.current.getBoundingClientRect();
		return under(laid.current, e.clientX - r.left, e.clientY - r.top);
	};
	const units = { size: sizeSet ? sizeSet.unit : "", colour: colourSet ? colourSet.unit : "" }, titles = (name) => (stat(name) || {}).title || "";
	const rows = (zones || []).map((z) => ({ name: z.name, n: z.processes.length, v: z.processes.reduce((s, p) => s + (sizes.get(p.pid) || 0), 0) })).sort((a, b) => b.v - a.v);
	if (!all.length) return html`<p class="hint">No statistic can be asked for by process here.</p>`;
	return html`<div class="cloud">
		<div class="bar"><${Choice} label="Size" value=${size} options=${all.map((s) => [s.name, s.title])} onChange=${setSize} />
			<${Choice} label="Colour" value=${colour} options=${all.map((s) => [s.name, s.title])} onChange=${setColour} />
			<span class="hint">Click a zone or a process to ask more about it.</span></div>
		<div class="sky" ref=${root}>
			<canvas ref=${canvas} role="img" aria-label=${`Cloud of ${rows.length} zones: ${rows.slice(0, 5).map((z) => `${z.name} ${S.show(z.v, units.size)}`).join(", ")}`}
				onPointerMove=${(e) => ((over.current = true), setTip(find(e)))} onPointerLeave=${() => ((over.current = false), setTip(null))} onClick=${(e) => setPicked(find(e))}></canvas>
			${!zones && html`<${Wait} text="Looking at the zones" />`}
			<${Legend} size=${{ title: titles(size), unit: units.size }} colour=${{ title: titles(colour), unit: units.colour }} most=${most} />
			${tip && html`<${Tip} tip=${tip} width=${width} units=${units} />`}
			${picked && html`<${Picked} picked=${picked} zone=${shown.find((z) => z.name === picked.zone)} choose=${setPicked} close=${() => setPicked(null)} />`}
		</div>
		<${List} rows=${rows} title=${titles(size)} unit=${units.size} choose=${setPicked} />
	</div>`;
}
