/*
 * chart.js - one chart of a worksheet: its data, its picture, its tools, the keys beside it
 */
import { html, useEffect, useRef, useState, useLayoutEffect, useSize, Tool, Menu, Item, Choice, Wait, Icon, themeColours, download } from "./ui.js";
import * as api from "./api.js";
import * as D from "./data.js";
import * as H from "./heat.js";
import * as P from "./plot.js";
import * as S from "./scale.js";
import * as Sheet from "./sheet.js";
import { parse } from "./name.js";
import { store, set, describeName, ensureDataset, changeDataset, onSecond, onTick, onHover, setHover, changeChart, changeSheet, changeRange } from "./store.js";
import { Keys, Summary } from "./keys.js";
import { DrillMenu } from "./drill.js";
import { Flame } from "./flameview.js";

const TOP = 20;

/* The views that suit a kind of dataset, the usual one first. */
export function viewsOf(dataset) {
	if (/dist$/.test(dataset.kind)) return ["heat", "line"];
	if (dataset.kind !== "keyed") return ["line"];
	return stacked(dataset) ? ["flame", "stack", "line"] : ["stack", "line", "flame"];
}

function stacked(dataset) {
	return /stack$/.test(parse(dataset.name)?.by[0] || "");
}

/* The unit of how many events a distribution has. */
export function countUnit(dataset) {
	return dataset.mode === "level" ? "" : "ops/s";
}

/* The dataset of a chart, made when there is none yet; asked for again while it is being enabled, and now and then. */
function useDataset(name) {
	const [state, setState] = useState({});
	useEffect(() => {
		let gone = false;
		setState({});
		ensureDataset(name).then((d) => !gone && setState({ dataset: d }), (e) => {
			if (e.status === 401) set({ login: true });
			if (!gone) setState({ error: e.message });
		});
		return () => (gone = true);
	}, [name, store.user && store.user.name]);
	const id = state.dataset && state.dataset.id, waiting = state.dataset && (store.datasets.get(id) || {}).state === "enabling";
	useEffect(() => {
		if (!id) return undefined;
		const timer = setInterval(() => api.get(`datasets/${id}`).then((d) => (store.datasets.set(id, d), set({})), () => {}), waiting ? 1500 : 15000);
		return () => clearInterval(timer);
	}, [id, waiting]);
	return [state, () => ensureDataset(name).then((d) => setState({ dataset: d }), (e) => setState({ error: e.message }))];
}

/* Fetches and keeps the block for a range; calls redraw whenever it has changed. */
function useBlock(dataset, chart, heat, width, redraw) {
	const ref = useRef({ block: null, loading: false, error: null, loaded: "" }), own = ref.current;
	const [, again] = useState(0);
	const range = () => Sheet.rangeOf(store.sheet, chart, store.now);
	const r = chart.range || store.sheet, step = D.stepFor(r.span, Math.max(100, width), heat ? 2 : 1.5);
	const keys = heat && chart.mode === "rainbow" ? [] : chart.keys;

	async function load() {
		if (!dataset || !width) return;
		own.abort?.abort();
		const abort = (own.abort = new AbortController()), [start, end] = range();
		own.loading = true;
		again((n) => n + 1);
		const common = { start: Math.floor(start / step) * step, end: Math.ceil(end / step) * step, step };
		try {
			const block = heat
				? D.fromHeatmap(await api.get(`datasets/${dataset.id}/heatmap`, { ...common, key: keys, ...(chart.mode === "rainbow" ? { top: 12 } : {}) }, abort.signal))
				: D.fromValues(await api.get(`datasets/${dataset.id}/values`, { ...common, top: TOP }, abort.signal));
			/* Seconds that came while the answer was on its way. */
			for (const m of own.recent || []) if (m.t > D.end(block)) D.addSecond(block, m);
			own.block = block;
			own.error = null;
			if (heat && dataset.kind === "keyed-dist") own.totals = (await api.get(`datasets/${dataset.id}/keys`, common, abort.signal)).keys;
		} catch (e) {
			if (e.name === "AbortError") return;
			if (e.status === 401) set({ login: true });
			own.error = e.message;
		}
		own.loading = false;
		redraw();
		again((n) => n + 1);
	}

	const fixed = r.end === null ? "live" : r.end;
	useEffect(() => {
		const timer = setTimeout(load, own.block ? 60 : 0);
		return () => clearTimeout(timer);
	}, [dataset && dataset.id, heat, step, r.span, fixed, heat ? keys.join("\n") + chart.mode : "", width > 0]);

	useEffect(() => {
		if (!dataset) return undefined;
		const stopSeconds = onSecond(dataset.id, (m) => {
			own.recent = [...(own.recent || []).slice(-30), m];
			if (own.block && fixed === "live" && own.block.step === 1 && D.addSecond(own.block, m)) D.trim(own.block, range()[0] - 1);
			own.touched = true;
		});
		const stopTick = onTick((t) => {
			if (fixed !== "live") return;
			/* A second that came too late for the stream may be in the store by now. */
			const known = own.block && step === 1 ? own.block.known : [], begun = known.indexOf(1);
			if (t % 10 === 0 && begun >= 0 && known.slice(begun, -4).includes(0)) load();
			/* Columns of more than a second, and the totals of keys, are asked for anew. */
			if (step > 1 ? t % Math.max(5, step) === 0 : heat && dataset.kind === "keyed-dist" && t % 5 === 0) load();
			redraw();
		});
		return () => (stopSeconds(), stopTick());
	}, [dataset && dataset.id, step, r.span, fixed, heat, keys.join("\n")]);
	return { own, load, step };
}

/* Indices of hues: the first keys seen keep theirs. Selected keys come first. */
function hueMap(ref, chart, names) {
	const hues = (ref.current ||= new Map());
	for (const k of [...chart.keys, ...names]) if (!hues.has(k)) hues.set(k, hues.size);
	if (chart.mode !== "rainbow" && chart.keys.length) return new Map(chart.keys.map((k, i) => [k, i]));
	return hues;
}

/* What the picture shows, in words. */
function describe(dataset, block, range, chart) {
	const what = `${dataset.title} ${describeName(dataset.name)}`, when = `${S.clock(range[0])} to ${S.clock(range[1])}`;
	if (!block) return `${what}, ${when}, loading`;
	if (block.kind === "heat") {
		const sums = H.bucketSums(block), all = [];
		let n = 0;
		sums.forEach((c, b) => c > 0 && (all.push(b, c), (n += c)));
		if (!n) return `${what}, ${when}: nothing happened`;
		const p = (x) => S.show(H.percentile(block, all, x), dataset.value_unit);
		return `Heat map of ${what}, ${when}: ${S.show(n)} events, median ${p(50)}, 99 percent below ${p(99)}`;
	}
	const sum = D.totals(block).filter((v) => v !== null), max = sum.reduce((a, b) => Math.max(a, b), 0);
	const avg = sum.length ? sum.reduce((a, b) => a + b, 0) / sum.length : 0;
	const top = D.keyTotals(block, ...range).filter((k) => k.key && k.key !== "other").slice(0, 3).map((k) => k.key);
	return `${chart.view === "stack" ? "Stacked chart" : "Line chart"} of ${what}, ${when}: average ${S.show(avg, dataset.unit)}, highest ${S.show(max, dataset.unit)}${top.length ? "; most: " + top.join(", ") : ""}`;
}

export function Chart({ chart, index, count }) {
	const [{ dataset: first, error }, retry] = useDataset(chart.dataset);
	const dataset = first && (store.datasets.get(first.id) || first);
	const canvas = useRef(), overlay = useRef(), holder = useRef(), geo = useRef(null), hueRef = useRef(), section = useRef();
	const [width] = useSize(holder);
	const [band, setBand] = useState(null), [menu, setMenu] = useState(null), [tip, setTip] = useState(null), [table, setTable] = useState(false);
	const frame = useRef(0), drag = useRef(null);
	const views = dataset ? viewsOf(dataset) : ["line"], view = views.includes(chart.view) ? chart.view : views[0];
	const isHeat = view === "heat", full = { ...chart, view, mode: !chart.keys.length && !isHeat ? "rainbow" : chart.mode };
	const latest = useRef({});
	const redraw = () => {
		cancelAnimationFrame(frame.current);
		frame.current = requestAnimationFrame(() => latest.current.paint && latest.current.paint());
	};
	const { own, load, step } = useBlock(view === "flame" ? null : dataset, full, isHeat, width, redraw);
	const range = Sheet.rangeOf(store.sheet, chart, store.now);
	const names = own.block && own.block.kind === "lines" ? [...own.block.series.keys()].filter((k) => k && k !== "other") : (own.totals || []).map((k) => k.key);
	const hues = hueMap(hueRef, full, names);
	const [tick, setTick] = useState(0);

	latest.current.paint = () => {
		if (!canvas.current || !dataset || (own.block && (own.block.kind === "heat") !== isHeat)) return;
		const at = Sheet.rangeOf(store.sheet, chart, store.now);
		geo.current = P.draw(canvas.current, { block: own.block, chart: full, range: at, unit: dataset.kind.endsWith("dist") && !isHeat ? countUnit(dataset) : dataset.unit, valueUnit: dataset.value_unit, dark: store.dark, colours: themeColours(), hues });
		paintOverlay();
		if (own.touched) own.touched = false, setTick((n) => n + 1);
		/* For the measurement of event to pixel. */
		canvas.current.dataset.drawn = own.block ? D.end(own.block) : "";
	};
	const paintOverlay = () => overlay.current && P.drawOverlay(overlay.current, geo.current, { cursor: store.hover, pinned: store.pinned, band, colours: themeColours() });
	latest.current.overlay = paintOverlay;
	/* New data redraw by themselves; beside them only what the picture depends on. */
	useLayoutEffect(redraw, [JSON.stringify(full), dataset && dataset.id, width, store.dark, store.sheet.span, store.sheet.end]);
	useLayoutEffect(paintOverlay, [store.pinned, band]);
	useEffect(() => onHover(() => latest.current.overlay()), []);

	/* ---- pointer ---- */

	const point = (e) => {
		const r = canvas.current.getBoundingClientRect();
		return { x: e.clientX - r.left, y: e.clientY - r.top };
	};
	const detail = useRef({});
	const hover = (e) => {
		const g = geo.current, p = point(e);
		if (!g) return;
		if (drag.current) {
			const b = g.box, d = drag.current, x = Math.min(b.x + b.w, Math.max(b.x, p.x)), y = Math.min(b.y + b.h, Math.max(b.y, p.y));
			const dx = Math.abs(x - d.x), dy = Math.abs(y - d.y);
			if (dx + dy < 6) return;
			const tall = !isHeat || dy < 12, long = isHeat && dx < 12;
			setBand({ x: long ? b.x : Math.min(x, d.x), w: long ? b.w : dx, y: tall ? b.y : Math.min(y, d.y), h: tall ? b.h : dy });
			setTip(null);
			return;
		}
		const inside = p.x >= g.box.x && p.x <= g.box.x + g.box.w && p.y >= g.box.y && p.y <= g.box.y + g.box.h;
		if (!inside) return leave();
		const t = g.t(p.x);
		setHover(t);
		setTip({ x: p.x, y: p.y, ...what(t, g.v(p.y)) });
		if (isHeat && dataset.kind === "keyed-dist") askKeys(t);
	};
	const leave = () => {
		setTip(null);
		setHover(null);
	};
	/* The keys of one column are asked for when the pointer rests on it. */
	const askKeys = (t) => {
		const b = own.block, c = b && Math.floor((t - b.start) / b.step);
		if (!b || c < 0 || c >= b.columns.length || detail.current.column === b.start + c * b.step) return;
		clearTimeout(detail.current.timer);
		const at = b.start + c * b.step;
		detail.current.timer = setTimeout(async () => {
			const answer = await api.get(`datasets/${dataset.id}/heatmap`, { start: at, end: at + b.step, step: b.step, top: 10 }).catch(() => null);
			if (answer) detail.current = { ...detail.current, column: at, block: D.fromHeatmap(answer) }, setTip((o) => o && { ...o, keys: keysAt(o.t, o.value) });
		}, 120);
	};
	const keysAt = (t, v) => {
		const d = detail.current;
		return d.block && t >= d.column && t < d.column + own.block.step ? H.probe(d.block, geo.current.y, geo.current.rows, t, v)?.keys : undefined;
	};
	const what = (t, value) => {
		const b = own.block;
		if (!b) return { t, value };
		if (isHeat) {
			const found = H.probe(b, geo.current.y, geo.current.rows, t, value);
			const own2 = keysAt(t, value);
			return { value, ...(found || { t }), at: t, ...(own2 ? { keys: own2 } : {}) };
		}
		const c = Math.floor((t - b.start) / b.step);
		if (c < 0 || c >= b.n || !b.known[c]) return { t, value };
		const keys = [...b.series].filter(([k]) => k !== "").map(([k, v]) => [k, v[c] || 0]).filter(([, v]) => v > 0).sort((p, q) => q[1] - p[1]);
		return { t: b.start + c * b.step, value, step: b.step, sum: D.totals(b)[c], keys, lines: true, lost: b.lost[c] };
	};
	const down = (e) => {
		if (e.button !== 0 || !geo.current) return;
		const p = point(e), b = geo.current.box;
		if (p.x < b.x - 66 || p.y > b.y + b.h + 24) return;
		drag.current = { x: Math.min(b.x + b.w, Math.max(b.x, p.x)), y: Math.min(b.y + b.h, Math.max(b.y, p.y)) };
		e.currentTarget.setPointerCapture(e.pointerId);
	};
	const up = (e) => {
		const g = geo.current;
		if (!drag.current || !g) return;
		drag.current = null;
		if (!band) {
			const p = point(e), t = Math.floor(g.t(p.x));
			set({ pinned: store.pinned !== null && Math.abs(store.pinned - t - 0.5) < step ? null : t + 0.5 });
			return;
		}
		/* The end of a range belongs to it: whole seconds of time, whole buckets of values. */
		const found = { start: Math.floor(g.t(band.x)), end: Math.ceil(g.t(band.x + band.w)), whole: band.w >= g.box.w - 2 };
		if (band.h < g.box.h - 2 || (isHeat && found.whole)) found.values = snap(g.v(band.y + band.h), g.v(band.y));
		setMenu({ x: band.x + band.w / 2, y: band.y, ...found });
	};
	/* Widened to the edges of the buckets it touches, so that what is drawn is what is asked for. */
	const snap = (lo, hi) => {
		let a = Infinity, z = -Infinity;
		for (const b of own.block.kind === "heat" ? own.block.buckets : []) if (b.hi > lo && b.lo < hi) a = Math.min(a, b.lo), z = Math.max(z, b.hi);
		return a < z ? [Math.round(a), Math.round(z)] : [Math.round(lo), Math.round(hi)];
	};
	const closeMenu = () => (setMenu(null), setBand(null));

	/* ---- tools ---- */

	const change = (changes) => changeChart(chart.id, changes);
	const r = chart.range || store.sheet;
	const move = (to) => {
		const charts = [...store.sheet.charts], [one] = charts.splice(index, 1);
		charts.splice(to, 0, one);
		changeSheet({ ...store.sheet, charts });
	};
	const extreme = (least) => {
		const sums = own.block ? D.totals(own.block) : [];
		let best = -1;
		sums.forEach((v, i) => v !== null && (best < 0 || (least ? v < sums[best] : v > sums[best])) && (best = i));
		if (best >= 0) set({ pinned: own.block.start + (best + 0.5) * own.block.step });
	};
	const crop = () => {
		const next = H.OUTLIERS[(H.OUTLIERS.indexOf(chart.outliers) + 1) % H.OUTLIERS.length];
		change({ outliers: next, zoom: null });
	};
	const key = (e) => {
		if (e.target !== e.currentTarget) return;
		const g = geo.current;
		if (e.key === "ArrowLeft" || e.key === "ArrowRight") {
			const d = e.key === "ArrowLeft" ? -step : step, [a, z] = range;
			set({ pinned: Math.min(z - 0.5, Math.max(a + 0.5, (store.pinned ?? z - 0.5) + d)) });
		} else if (e.key === "Escape") closeMenu(), set({ pinned: null });
		else if (e.key === "o") crop();
		else if (e.key === "y") change({ y: chart.y === "linear" ? "log" : chart.y === "log" && isHeat ? "rank" : "linear" });
		else if (e.key === "c") change({ colour: chart.colour === "rank" ? "linear" : "rank" });
		else if (e.key === "v") change({ view: views[(views.indexOf(view) + 1) % views.length] });
		else if (e.key === "Delete") remove();
		else if (e.key === "Enter" && g) setMenu({ x: g.box.x + g.box.w / 2, y: g.box.y + 10, start: Math.floor(range[0]), end: Math.ceil(range[1]), whole: true });
		else return;
		e.preventDefault();
		e.stopPropagation();
	};
	const remove = () => changeSheet({ ...store.sheet, charts: store.sheet.charts.filter((c) => c.id !== chart.id) });

	if (error) {
		return html`<section class="chart failed" aria-label=${chart.dataset}><header><h2>${chart.dataset}</h2><span class="grow"></span>
			<${Tool} label="Try again" icon="sync" onClick=${retry} /><${Tool} icon="close" label="Remove this chart" onClick=${remove} /></header>
			<p class="problem" role="alert">${error}</p></section>`;
	}
	const keyed = dataset && /keyed/.test(dataset.kind);
	const summary = dataset ? describe(dataset, own.block, range, full) : "";
	const tall = chart.height || (isHeat ? 240 : 190), suspended = dataset && dataset.state === "suspended";
	return html`<section class="chart" ref=${section} aria-label=${dataset ? `${dataset.title} ${describeName(dataset.name)}` : chart.dataset} data-chart=${chart.dataset}>
		<header>
			<h2 title=${chart.dataset}>${dataset ? dataset.title : chart.dataset} <small>${dataset && describeName(dataset.name)}</small></h2>
			<span class="grow"></span>
			${dataset && html`<${Cost} dataset=${dataset} />`}
			<div class="tools" role="toolbar" aria-label="Chart">
				${views.length > 1 && html`<span class="group">${views.map((v) => html`<${Tool} icon=${v} label=${{ line: "Lines", stack: "Stacked", heat: "Heat map", flame: "Flame graph and hierarchy" }[v]} pressed=${v === view} onClick=${() => change({ view: v })} />`)}</span>`}
				${view !== "flame" && html`<${Tool} icon="crop" label=${chart.zoom ? "Values zoomed: show all" : `Leave out the highest ${chart.outliers} % (click for more)`} pressed=${chart.outliers > 0 || !!chart.zoom} onClick=${() => (chart.zoom ? change({ zoom: null }) : crop())}>${chart.zoom ? "zoom" : chart.outliers + "%"}<//>`}
				${dataset && html`<${DrillMenu} dataset=${dataset} chart=${full} />`}
				<${More} ...${{ chart, dataset, isHeat, keyed, own, range, r, table, setTable, suspended, index, count, change, extreme, move }} />
				<${Tool} icon="close" label="Remove this chart" onClick=${remove} />
			</div>
		</header>
		${dataset && dataset.error && html`<p class="problem" role="alert">${dataset.error} <button type="button" onClick=${() => changeDataset(dataset.id, { state: "active" })}>Try again</button></p>`}
		${own.error && html`<p class="problem" role="alert">${own.error} <button type="button" onClick=${load}>Try again</button></p>`}
		<div class="body">
			${keyed && view !== "flame" ? html`<${Keys} chart=${full} dataset=${dataset} own=${own} hues=${hues} range=${range} tick=${tick} height=${tall} />`
				: view === "flame" ? null : dataset ? html`<${Summary} dataset=${dataset} own=${own} range=${range} tick=${tick} />` : html`<div class="keys"></div>`}
			${view === "flame" ? html`<div class="picture" ref=${holder} style=${{ height: (chart.height || 300) + "px" }}><${Flame} dataset=${dataset} chart=${full} range=${range} /></div>` : html`
			<div class="picture" ref=${holder} style=${{ height: tall + "px" }}>
				<canvas ref=${canvas} class="layer"></canvas>
				<canvas ref=${overlay} class="layer front" role="img" tabindex="0" aria-label=${summary} onPointerMove=${hover} onPointerLeave=${leave} onPointerDown=${down} onPointerUp=${up} onKeyDown=${key}
					onDblClick=${() => (change({ zoom: null }), changeRange(chart, Sheet.zoomed(r, 2, store.now)))}></canvas>
				${(own.loading || !dataset) && html`<div class="progress" role="progressbar" aria-label="Loading"></div>`}
				${dataset && dataset.state === "enabling" && html`<div class="note"><${Wait} text="Enabling: the first second is on its way" /></div>`}
				${suspended && html`<div class="note">Suspended: nothing is collected. <button type="button" onClick=${() => changeDataset(dataset.id, { state: "active" })}>Resume</button></div>`}
				${tip && !menu && html`<${Tip} tip=${tip} dataset=${dataset} hues=${hues} width=${width} heat=${isHeat} />`}
				${menu && html`<div class="popup" style=${{ left: Math.max(4, Math.min(width - 250, menu.x - 120)) + "px", top: "24px" }}><${DrillMenu} dataset=${dataset} chart=${full} at=${menu} inline=${true} onClose=${closeMenu} /></div>`}
			</div>`}
		</div>
		${table && own.block && html`<${Table} block=${own.block} dataset=${dataset} range=${range} />`}
	</section>`;
}

/* The menu of what is asked for less often. */
function More({ chart, dataset, isHeat, keyed, own, range, r, table, setTable, suspended, index, count, change, extreme, move }) {
	return html`<${Menu} icon="menu" label="More for this chart" wide=${true}>
		<${Choice} label="Value axis" value=${chart.y} options=${[["linear", "linear"], ["log", "logarithmic"], ...(isHeat ? [["rank", "by rank of events"]] : [])]} onChange=${(y) => change({ y })} />
		${isHeat && html`<${Choice} label="Colour" value=${chart.colour} options=${[["rank", "by rank"], ["linear", "linear"]]} onChange=${(colour) => change({ colour })} />
		<${Choice} label="Weight" value=${chart.weight} options=${[["count", "number of events"], ["value", "events × value"]]} onChange=${(weight) => change({ weight })} />`}
		${keyed && html`<${Choice} label="Selected keys" value=${chart.mode} options=${[["highlight", "highlight"], ["isolate", "only these"], ["exclude", "all but these"], ["rainbow", "every key its colour"]]} onChange=${(mode) => change({ mode })} />`}
		${isHeat && html`<fieldset class="choice"><legend>Percentile lines</legend>${[50, 90, 99, 99.9].map((p) => html`<label><input type="checkbox" checked=${chart.percentiles.includes(p)}
			onChange=${() => change({ percentiles: chart.percentiles.includes(p) ? chart.percentiles.filter((q) => q !== p) : [...chart.percentiles, p].sort((a, b) => a - b) })} />${p}</label>`)}</fieldset>`}
		<${Choice} label="Height" value=${chart.height || 0} options=${[[120, "low"], [0, "usual"], [360, "high"], [560, "very high"]]} onChange=${(h) => change({ height: +h })} />
		<hr />
		<${Item} onClick=${() => extreme(false)}>Go to the highest second<//>
		<${Item} onClick=${() => extreme(true)}>Go to the lowest second<//>
		<${Item} onClick=${() => change({ range: chart.range ? null : { span: store.sheet.span, end: store.sheet.end } })}>${chart.range ? "Follow the worksheet's time" : "Give it a time of its own"}<//>
		<${Item} onClick=${() => changeSheet({ ...store.sheet, ...r, charts: store.sheet.charts.map((c) => ({ ...c, range: null })) })}>All charts to this chart's time<//>
		<${Item} disabled=${!own.block} onClick=${() => setTable(!table)} pressed=${table}>Show as a table<//>
		<hr />
		${dataset && html`<${Item} onClick=${() => changeDataset(dataset.id, { state: suspended ? "active" : "suspended" })}>${suspended ? "Resume collecting" : "Suspend collecting"}<//>
		<${Item} onClick=${() => changeDataset(dataset.id, { saved: !dataset.saved })}>${dataset.saved ? "Keep only while it is looked at" : "Keep its data (archive)"}<//>`}
		<a class="item" data-close="1" href=${dataset && `api/v1/datasets/${dataset.id}/export?format=csv&start=${Math.floor(range[0])}&end=${Math.ceil(range[1])}`} download>Export this range as CSV</a>
		<a class="item" data-close="1" href=${dataset && `api/v1/datasets/${dataset.id}/export?format=json&start=${Math.floor(range[0])}&end=${Math.ceil(range[1])}`} download>Export this range as JSON</a>
		<${Item} onClick=${() => set({ tab: "alerts", newThreshold: { dataset: chart.dataset, key: chart.keys[0] } })}>New threshold on this<//>
		<hr />
		<${Item} disabled=${index === 0} onClick=${() => move(index - 1)}>Move up<//>
		<${Item} disabled=${index === count - 1} onClick=${() => move(index + 1)}>Move down<//>
	<//>`;
}

/* What the dataset costs, live: the probes' share of a CPU, of each event, what the data take. */
function Cost({ dataset }) {
	const c = dataset.cost || {}, known = c.cpu_percent !== null && c.cpu_percent !== undefined && c.cpu_percent >= 0;
	const parts = known ? [`${S.show(c.cpu_percent, "percent")} CPU`, c.ns_per_event > 0 ? `${S.show(c.ns_per_event, "ns")}/event` : "", `${S.show(c.events_per_s, "events/s")}`] : [];
	const bytes = dataset.bytes || {};
	return html`<span class="cost" title=${`What collecting this costs: share of one CPU, time for each event, events each second. Memory ${S.show(bytes.memory, "bytes")}, disk ${S.show(bytes.disk, "bytes")}${dataset.ratio ? `, compressed ${S.show(dataset.ratio)} times` : ""}${dataset.lost ? `, ${S.show(dataset.lost)} events lost` : ""}.`}>
		${parts.filter(Boolean).join(" · ") || (dataset.state === "active" ? "cost: counters only" : dataset.state)}${dataset.lost ? html` <b class="warn">${S.show(dataset.lost)} lost</b>` : ""}</span>`;
}

function Tip({ tip, dataset, hues, width, heat }) {
	const style = { left: Math.min(Math.max(0, width - 225), tip.x + 14) + "px", top: Math.max(0, tip.y - 20) + "px" };
	const swatch = (k) => html`<i class="swatch" style=${{ background: k === "other" ? "var(--muted)" : H.keyColour(hues.get(k) ?? 0, store.dark) }}></i>`;
	if (tip.t === undefined) return null;
	const when = `${S.clock(tip.t)}${tip.step > 1 ? "–" + S.clock(tip.t + tip.step) : ""}`;
	return html`<div class="tip" style=${style} aria-hidden="true">
		<div class="when">${when}</div>
		${heat && tip.lo !== undefined && html`<div>${S.show(tip.lo, dataset.value_unit)} – ${S.show(tip.hi, dataset.value_unit)}</div><div><b>${S.show(tip.count)}</b> of ${S.show(tip.total)} events</div>`}
		${tip.lines && html`<div><b>${S.show(tip.sum, dataset.kind.endsWith("dist") ? countUnit(dataset) : dataset.unit)}</b>${tip.lost ? html` <span class="warn">${S.show(tip.lost)} lost</span>` : ""}</div>`}
		${(tip.keys || []).slice(0, 8).map(([k, v]) => html`<div class="row">${swatch(k)}<span>${k}</span><span>${S.show(v, heat ? "" : dataset.unit)}</span></div>`)}
	</div>`;
}

function Table({ block, dataset, range }) {
	if (block.kind === "heat") {
		const rows = block.columns.map((c, i) => [block.start + i * block.step, c]).filter(([, c]) => c.length).slice(-200).reverse();
		const p = (c, x) => S.show(H.percentile(block, c, x), dataset.value_unit);
		return html`<div class="table" tabindex="0"><table><thead><tr><th>Time</th><th>Events</th><th>Median</th><th>90 %</th><th>99 %</th></tr></thead>
			<tbody>${rows.map(([t, c]) => html`<tr><td>${S.clock(t)}</td><td>${S.show(c.reduce((s, v, i) => (i % 2 ? s + v : s), 0))}</td><td>${p(c, 50)}</td><td>${p(c, 90)}</td><td>${p(c, 99)}</td></tr>`)}</tbody></table></div>`;
	}
	const keys = D.keyTotals(block, ...range).slice(0, 8).map((k) => k.key);
	const at = Array.from({ length: block.n }, (_, i) => i).filter((i) => block.known[i]).slice(-200).reverse();
	return html`<div class="table" tabindex="0"><table><thead><tr><th>Time</th>${keys.map((k) => html`<th>${k || dataset.unit}</th>`)}</tr></thead>
		<tbody>${at.map((i) => html`<tr><td>${S.clock(block.start + i * block.step)}</td>${keys.map((k) => html`<td>${S.show(block.series.get(k)[i], dataset.unit)}</td>`)}</tr>`)}</tbody></table></div>`;
}
