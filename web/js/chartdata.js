/*
 * chartdata.js - what a chart shows: its dataset, the block of data for its range of time, hues, all in words
 */
import { useEffect, useRef, useState } from "./ui.js";
import * as api from "./api.js";
import * as D from "./data.js";
import * as H from "./heat.js";
import * as S from "./scale.js";
import * as Sheet from "./sheet.js";
import { parse } from "./name.js";
import { store, set, describeName, ensureDataset, onSecond, onTick } from "./store.js";

const TOP = 20, RAINBOW = 12, USUAL_RANGE = 48 * 3600;

export function isDistribution(dataset) {
	return /dist$/.test(dataset.kind);
}

/* The views that suit a kind of dataset, the usual one first. */
export function viewsOf(dataset) {
	if (isDistribution(dataset)) return ["heat", "line"];
	if (dataset.kind !== "keyed") return ["line"];
	return /stack$/.test(parse(dataset.name)?.by[0] || "") ? ["flame", "stack", "line"] : ["stack", "line", "flame"];
}

/* The unit of what is counted: of a distribution, how many events it has. */
export function rateUnit(dataset) {
	if (!isDistribution(dataset)) return dataset.unit;
	return dataset.mode === "level" ? "" : "ops/s";
}

/* The dataset of a chart, made when there is none yet; asked for again while it is being enabled, and now and then. */
export function useDataset(name) {
	const [state, setState] = useState({}), alive = useRef(0);
	const load = () => {
		const mine = ++alive.current;
		setState({});
		ensureDataset(name).then((dataset) => mine === alive.current && setState({ dataset }), (e) => mine === alive.current && setState({ error: e.message }));
	};
	useEffect(() => (load(), () => alive.current++), [name, store.user && store.user.name]);
	const id = state.dataset && state.dataset.id, waiting = state.dataset && (store.datasets.get(id) || {}).state === "enabling";
	useEffect(() => {
		if (!id) return undefined;
		const timer = setInterval(() => api.get(`datasets/${id}`).then((d) => (store.datasets.set(id, d), set({})), () => {}), waiting ? 1500 : 15000);
		return () => clearInterval(timer);
	}, [id, waiting]);
	return [{ ...state, dataset: state.dataset && (store.datasets.get(id) || state.dataset) }, load];
}

/* Columns of data for a range; common: {start, end, step}. */
async function fetchBlock(dataset, chart, heat, common, signal) {
	if (!heat) return D.fromValues(await api.get(`datasets/${dataset.id}/values`, { ...common, top: TOP }, signal));
	const of = chart.mode === "rainbow" ? { top: RAINBOW } : { key: chart.keys };
	return D.fromHeatmap(await api.get(`datasets/${dataset.id}/heatmap`, { ...common, ...of }, signal));
}

/* What is usual of a range, hour by hour: of the key that is selected, else of the whole; nothing of more than two days. */
async function fetchUsual(dataset, chart, { start, end }, signal) {
	const one = /^keyed/.test(dataset.kind) && chart.keys.length === 1 ? { key: chart.keys } : {};
	return chart.usual && end - start <= USUAL_RANGE ? (await api.get(`datasets/${dataset.id}/usual`, { start, end, ...one }, signal)).hours : [];
}

/* Is it time to ask anew? For columns of more than a second, totals of keys, and seconds that came too late for the stream. */
function isStale(own, t, step, keyed) {
	if (step > 1) return t % Math.max(5, step) === 0;
	const known = own.block ? own.block.known : [], begun = known.indexOf(1);
	if (t % 10 === 0 && begun >= 0 && known.slice(begun, -4).includes(0)) return true;
	return keyed && t % 5 === 0;
}

/*
 * Fetches and keeps the block for a chart's range; calls redraw whenever it has changed.
 * -> {own: {block, totals, loading, error}, load, step}
 */
export function useBlock(dataset, chart, heat, width, redraw) {
	const ref = useRef({ block: null, loading: false, error: null }), own = ref.current, [, again] = useState(0);
	const range = () => Sheet.rangeOf(store.sheet, chart, store.now);
	const r = chart.range || store.sheet, step = D.stepFor(r.span, Math.max(100, width), heat ? 2 : 1.5), fixed = r.end === null ? "live" : r.end;
	const keyed = heat && dataset && dataset.kind === "keyed-dist", wanted = heat ? `${chart.mode === "rainbow" ? "" : chart.keys.join("\n")} ${chart.mode}` : chart.usual ? `usual ${chart.keys.join("\n")}` : "";

	async function load() {
		if (!dataset || !width) return;
		own.abort?.abort();
		const { signal } = (own.abort = new AbortController()), [start, end] = range();
		own.loading = true;
		again((n) => n + 1);
		try {
			const common = { start: Math.floor(start / step) * step, end: Math.ceil(end / step) * step, step };
			const block = await fetchBlock(dataset, chart, heat, common, signal);
			/* Seconds that came while the answer was on its way. */
			for (const m of own.recent || []) if (m.t > D.end(block)) D.addSecond(block, m);
			own.usual = heat ? [] : await fetchUsual(dataset, chart, common, signal);
			own.block = block;
			own.error = null;
			if (keyed) own.totals = (await api.get(`datasets/${dataset.id}/keys`, common, signal)).keys;
		} catch (e) {
			if (e.name === "AbortError") return;
			own.error = e.message;
		}
		own.loading = false;
		redraw();
		again((n) => n + 1);
	}

	useEffect(() => {
		const timer = setTimeout(load, own.block ? 60 : 0);
		return () => clearTimeout(timer);
	}, [dataset && dataset.id, heat, step, r.span, fixed, wanted, width > 0]);

	useEffect(() => {
		if (!dataset) return undefined;
		const stopSeconds = onSecond(dataset.id, (m) => {
			own.recent = [...(own.recent || []).slice(-30), m];
			if (own.block && fixed === "live" && own.block.step === 1 && D.addSecond(own.block, m)) D.trim(own.block, range()[0] - 1);
			own.touched = true;
		});
		const stopTick = onTick((t) => {
			if (fixed !== "live") return;
			if (isStale(own, t, step, keyed)) load();
			redraw();
		});
		return () => (stopSeconds(), stopTick());
	}, [dataset && dataset.id, step, r.span, fixed, heat, wanted]);
	return { own, load, step };
}

/* Indices of hues: the first keys seen keep theirs; while some are selected, those have the first hues. */
export function useHues(chart, own) {
	const ref = useRef(new Map()), hues = ref.current;
	const names = own.block && own.block.kind === "lines" ? [...own.block.series.keys()].filter((k) => k && k !== "other") : (own.totals || []).map((k) => k.key);
	for (const k of [...chart.keys, ...names]) if (!hues.has(k)) hues.set(k, hues.size);
	return chart.mode !== "rainbow" && chart.keys.length ? new Map(chart.keys.map((k, i) => [k, i])) : hues;
}

function describeHeat(dataset, block) {
	const sums = H.bucketSums(block), all = [];
	let n = 0;
	sums.forEach((c, b) => c > 0 && (all.push(b, c), (n += c)));
	if (!n) return null;
	const p = (x) => S.show(H.percentile(block, all, x), dataset.value_unit);
	return `${S.show(n)} events, median ${p(50)}, 99 percent below ${p(99)}`;
}

/* What is usual at the end of the range. */
function describeUsual(dataset, usual, t) {
	const at = (usual || []).findLast((h) => h.start <= t);
	if (!at) return "";
	const since = { week: "at this hour of the week", day: "at this hour of the day", lately: "in the day before" }[at.basis];
	return since ? `; usually ${S.show(at.low, rateUnit(dataset))} to ${S.show(at.high, rateUnit(dataset))} ${since}` : "; what is usual is not known yet";
}

/* What the picture shows, in words. */
export function describe(dataset, block, range, chart, usual) {
	const what = `${dataset.title} ${describeName(dataset.name)}`, when = `${S.clock(range[0])} to ${S.clock(range[1])}`;
	if (!block) return `${what}, ${when}, loading`;
	if (block.kind === "heat") {
		const said = describeHeat(dataset, block);
		return said ? `Heat map of ${what}, ${when}: ${said}` : `${what}, ${when}: nothing happened`;
	}
	const sum = D.totals(block).filter((v) => v !== null), max = sum.reduce((a, b) => Math.max(a, b), 0);
	const avg = sum.length ? sum.reduce((a, b) => a + b, 0) / sum.length : 0;
	const top = D.keyTotals(block, ...range).filter((k) => k.key && k.key !== "other").slice(0, 3).map((k) => k.key);
	return `${chart.view === "stack" ? "Stacked chart" : "Line chart"} of ${what}, ${when}: average ${S.show(avg, dataset.unit)}, highest ${S.show(max, dataset.unit)}${top.length ? "; most: " + top.join(", ") : ""}${chart.usual ? describeUsual(dataset, usual, range[1]) : ""}`;
}
