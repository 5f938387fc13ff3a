/*
 * cloudview.js - the cloud view: every zone a blob, its processes in it, sized and coloured by statistics
 */
import { html, useEffect, useRef, useState, useSize, Choice, Wait, themeColours, Tool } from "./ui.js";
import * as api from "./api.js";
import * as C from "./cloud.js";
import * as S from "./scale.js";
import { palette, FIRST_HUE } from "./heat.js";
import { store, attempt, ensureDataset, onSecond, addChart, stat } from "./store.js";

/* Statistics that can be asked for by process. */
function choices() {
	return store.catalogue.filter((s) => s.fields.some((f) => f.name === "pid") && s.unit !== "ns");
}

/* The newest value of each pid of a statistic, smoothed so that blobs breathe instead of jumping. */
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
				const next = new Map();
				for (const [k, v] of values.current) if (v * 0.6 > 0.01) next.set(k, v * 0.6);
				for (const [k, v] of Object.entries(m.values || {})) {
					const pid = parseInt(k, 10);
					if (pid >= 0) next.set(pid, (values.current.get(pid) || 0) * 0.6 + v * 0.4);
				}
				values.current = next;
				again((n) => n + 1);
			});
		});
		return () => ((gone = true), stop());
	}, [name]);
	return [values.current, dataset];
}

export function Cloud() {
	const all = choices(), usual = (...names) => names.find((n) => all.some((s) => s.name === n)) || (all[0] || {}).name;
	const [size, setSize] = useState(usual("cpu.usage", "cpu.samples")), [colour, setColour] = useState(usual("syscall.ops", "io.bytes"));
	const [zones, setZones] = useState(null), [picked, setPicked] = useState(null), [tip, setTip] = useState(null);
	const root = useRef(), canvas = useRef(), [width, height] = useSize(root), laid = useRef([]);
	const [sizes, sizeSet] = usePids(size), [colours, colourSet] = usePids(colour);
	useEffect(() => {
		const load = () => attempt(() => api.get("zones")).then((a) => a && setZones(a.zones));
		load();
		const timer = setInterval(load, 3000);
		return () => clearInterval(timer);
	}, []);
	const top = Math.max(1e-9, ...colours.values());
	useEffect(() => {
		if (!width || !zones) return;
		const ratio = window.devicePixelRatio || 1, ctx = canvas.current.getContext("2d"), theme = themeColours();
		canvas.current.width = width * ratio;
		canvas.current.height = height * ratio;
		ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
		/* Idle processes of the host are many and say nothing: only those that did something, and the zones' own. */
		const shown = zones.map((z) => ({ ...z, processes: z.processes.map((p) => ({ ...p, size: sizes.get(p.pid) || 0, colour: colours.get(p.pid) || 0 })).filter((p) => z.name !== "global" || p.size + p.colour > 0) }));
		laid.current = C.layout(shown, width, height);
		const shades = palette(FIRST_HUE, store.dark);
		for (const z of laid.current) {
			/* The blob: the union of wide halos around its processes. */
			ctx.fillStyle = theme.shade;
			ctx.strokeStyle = picked && picked.zone === z.name ? theme.accent : theme.axis;
			ctx.lineWidth = picked && picked.zone === z.name ? 2 : 1;
			blob(ctx, z);
			for (const p of z.processes) {
				const l = p.colour > 0 ? 30 + Math.round(225 * Math.sqrt(p.colour / top)) : 0;
				ctx.fillStyle = l ? `rgb(${shades[l * 3]},${shades[l * 3 + 1]},${shades[l * 3 + 2]})` : theme.panel;
				ctx.strokeStyle = picked && picked.pid === p.pid ? theme.accent : theme.axis;
				ctx.lineWidth = picked && picked.pid === p.pid ? 2.5 : 1;
				ctx.beginPath();
				ctx.arc(p.x, p.y, p.r, 0, 7);
				ctx.fill();
				ctx.stroke();
				if (p.r > 17) {
					ctx.fillStyle = !l ? theme.text : shades[l * 3] * 0.3 + shades[l * 3 + 1] * 0.6 + shades[l * 3 + 2] * 0.1 > 135 ? "#111" : "#fff";
					ctx.font = `${Math.min(12, p.r / 2.2)}px system-ui, sans-serif`;
					ctx.textAlign = "center";
					ctx.textBaseline = "middle";
					ctx.fillText(p.name.slice(0, Math.floor(p.r / 2.9)), p.x, p.y, p.r * 1.85);
				}
			}
			ctx.fillStyle = theme.text;
			ctx.font = "600 12px system-ui, sans-serif";
			ctx.textAlign = "center";
			ctx.textBaseline = "bottom";
			ctx.fillText(z.name + (z.hidden ? ` (+${z.hidden})` : ""), z.x, z.y - z.r - 2);
		}
	});
	const find = (e) => {
		const r = canvas.current.getBoundingClientRect(), x = e.clientX - r.left, y = e.clientY - r.top;
		for (const z of laid.current) {
			const p = z.processes.find((q) => Math.hypot(q.x - x, q.y - y) <= q.r);
			if (p) return { zone: z.name, pid: p.pid, name: p.name, p, x, y };
			if (Math.hypot(z.x - x, z.y - y) <= z.r) return { zone: z.name, p: null, x, y };
		}
		return null;
	};
	const sizeUnit = sizeSet ? sizeSet.unit : "", colourUnit = colourSet ? colourSet.unit : "";
	const opens = picked && all.concat(store.catalogue.filter((s) => !all.includes(s))).filter((s) => s.fields.some((f) => f.name === "zone"));
	const ask = (s) => {
		const numeric = s.fields.find((f) => f.name === "latency"), has = (f) => s.fields.some((x) => x.name === f);
		addChart(picked.pid !== undefined && has("pid") ? `${s.name}[pid=${picked.pid}]${numeric ? "[latency]" : ""}` : `${s.name}[zone=${picked.zone}]${has("execname") ? "[execname]" : ""}${numeric ? "[latency]" : ""}`);
	};
	const rows = (zones || []).map((z) => ({ name: z.name, n: z.processes.length, v: z.processes.reduce((s, p) => s + (sizes.get(p.pid) || 0), 0) })).sort((a, b) => b.v - a.v);
	return html`<div class="cloud">
		<div class="bar"><${Choice} label="Size" value=${size} options=${all.map((s) => [s.name, s.title])} onChange=${setSize} />
			<${Choice} label="Colour" value=${colour} options=${all.map((s) => [s.name, s.title])} onChange=${setColour} />
			<span class="hint">Click a zone or a process to ask more about it.</span></div>
		<div class="sky" ref=${root}>
			<canvas ref=${canvas} role="img" aria-label=${`Cloud of ${rows.length} zones: ${rows.slice(0, 5).map((z) => `${z.name} ${S.show(z.v, sizeUnit)}`).join(", ")}`}
				onPointerMove=${(e) => setTip(find(e))} onPointerLeave=${() => setTip(null)} onClick=${(e) => setPicked(find(e))}></canvas>
			${!zones && html`<${Wait} text="Looking at the zones" />`}
			${tip && html`<div class="tip" style=${{ left: Math.min(width - 200, tip.x + 12) + "px", top: tip.y + "px" }} aria-hidden="true"><div class="when">${tip.zone}${tip.p ? ` · ${tip.p.name} (${tip.p.pid})` : ""}</div>
				${tip.p && html`<div>size ${S.show(tip.p.size, sizeUnit)}</div><div>colour ${S.show(tip.p.colour, colourUnit)}</div>`}</div>`}
		</div>
		${picked && html`<div class="picked"><header><b>${picked.pid !== undefined ? `${picked.name} (process ${picked.pid} of ${picked.zone})` : `Zone ${picked.zone}`}</b><${Tool} icon="close" label="Close" onClick=${() => setPicked(null)} /></header>
			<p class="hint">Open in the worksheet:</p><div class="columns">${opens.map((s) => html`<button type="button" class="item" onClick=${() => ask(s)}>${s.title}</button>`)}</div></div>`}
		<details class="list"><summary>As a list</summary><table><thead><tr><th>Zone</th><th>Processes</th><th>${stat(size)?.title}</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>${rows.map((z) => html`<tr><td>${z.name}</td><td>${z.n}</td><td>${S.show(z.v, sizeUnit)}</td>
			<td><button type="button" class="link" onClick=${() => setPicked({ zone: z.name })}>Ask about ${z.name}</button></td></tr>`)}</tbody></table></details>
	</div>`;
}

function blob(ctx, z) {
	const path = new Path2D();
	for (const p of z.processes) path.arc(p.x, p.y, p.r + 9, 0, 7), path.closePath();
	if (!z.processes.length) path.arc(z.x, z.y, Math.max(14, z.r * 0.7), 0, 7);
	else path.arc(z.x, z.y, Math.max(12, z.r * 0.55), 0, 7);
	ctx.stroke(path);
	ctx.globalCompositeOperation = "destination-out";
	ctx.fillStyle = "#000";
	ctx.fill(path);
	ctx.globalCompositeOperation = "source-over";
	ctx.fillStyle = themeColours().shade;
	ctx.fill(path);
}
