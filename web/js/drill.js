/*
 * drill.js - from what is seen to the next question: a new statistic, narrowed by what was pointed at
 */
import { html, Menu, Item, useEffect, useRef } from "./ui.js";
import * as S from "./scale.js";
import { drill, parse } from "./name.js";
import { store, stat, fieldTitles, addChart, changeChart, changeRange } from "./store.js";

const TOGETHER = 32; /* values that a predicate may have, as analytics/metric/name.h has it */
/* What people ask for first, where a statistic has it. */
const FIRST = ["zone", "execname", "file", "disk", "pid", "syscall", "device", "remote"], SUGGESTED = 5;

/*
 * What a drill-down is narrowed to: {said, narrow: [predicate]}. Several selected keys are one question about all of them:
 * keyed is how many.
 */
function narrowing(dataset, chart, at) {
	const { key_field: keyField, numeric_field: valueField } = dataset, title = (f) => fieldTitles(dataset.stat)[f] || f, said = [], narrow = [], without = chart.mode === "exclude";
	const keys = keyField ? chart.keys.slice(0, without ? 12 : TOGETHER) : [];
	if (keys.length) said.push(`${title(keyField)} ${without ? "not " : ""}${keys.join(without ? ", not " : " or ")}`);
	if (without) narrow.push(...keys.map((value) => ({ field: keyField, op: "!=", value })));
	else if (keys.length) narrow.push({ field: keyField, op: "=", ...(keys.length > 1 ? { values: [...keys].sort() } : { value: keys[0] }) });
	if (at && at.values && valueField) {
		const [lo, hi] = at.values;
		narrow.push(at.above ? { field: valueField, op: ">=", value: String(lo) } : { field: valueField, op: "=", value: `${lo}..${Math.max(lo, hi - 1)}` });
		said.push(`${title(valueField)} ${S.show(lo, dataset.value_unit)} ${at.above ? "and more" : `to ${S.show(hi, dataset.value_unit)}`}`);
	}
	return { said, narrow, keyed: without ? 0 : keys.length };
}

/* The fields by which it can be broken down further: not by what can have one value only. */
function offers(dataset, { keyed }) {
	const s = stat(dataset.stat), fixed = new Set(parse(dataset.name).where.filter((p) => p.op === "=" && !p.values).map((p) => p.field));
	const { key_field: keyField, numeric_field: valueField } = dataset;
	if (keyed === 1) fixed.add(keyField);
	const rank = (f) => (FIRST.indexOf(f.name) + FIRST.length + 1) % (FIRST.length + 1);
	return {
		discrete: s.fields.filter((f) => f.type === "discrete" && !fixed.has(f.name) && f.name !== keyField),
		numeric: s.fields.filter((f) => f.type === "numeric" && f.name !== valueField),
		keepKey: keyField && !fixed.has(keyField) ? [keyField] : [], keep: valueField ? [valueField] : [],
		suggested: (list) => [...list].sort((a, b) => rank(a) - rank(b)).slice(0, SUGGESTED),
	};
}

function openChart(dataset, chart, { narrow }, by, more = {}) {
	addChart(drill(dataset.name, narrow, by), { ...more, y: chart.view === "heat" ? chart.y : "linear", range: chart.range }, chart.id);
}

/* Beneath a chart: what one would ask next. */
export function Next({ dataset, chart }) {
	if (!stat(dataset.stat)) return null;
	const what = narrowing(dataset, chart), o = offers(dataset, what), fields = o.suggested(o.discrete), drag = chart.view === "heat" && !what.said.length;
	if (!fields.length) return null;
	return html`<div class="next"><span>${what.said.length ? `Only ${what.said.join(", ")}:` : "Whose?"}</span>
		${fields.map((f) => html`<button type="button" class="chip" onClick=${() => openChart(dataset, chart, what, [f.name, ...(chart.view === "heat" ? o.keep : [])])}>by ${f.title.toLowerCase()}</button>`)}
		${drag && html`<span class="hint">or drag over the picture to ask about that part alone</span>`}</div>`;
}

/* Up and down among the buttons, Escape closes. */
function menuKeys(e, root, onClose) {
	if (e.key === "Escape") return void onClose();
	if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
	const all = [...root.querySelectorAll("button")], i = all.indexOf(document.activeElement);
	all[(i + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length].focus();
	e.preventDefault();
}

function Zooms({ chart, dataset, at, onClose }) {
	return html`${!at.whole && html`<${Item} onClick=${() => (changeRange(chart, { span: Math.max(10, at.end - at.start), end: at.end }), onClose())}>Zoom to ${S.clock(at.start)} – ${S.clock(at.end)}<//>`}
		${at.values && html`<${Item} onClick=${() => (changeChart(chart.id, { zoom: at.values }), onClose())}>Zoom to ${S.show(at.values[0], dataset.value_unit)} – ${S.show(at.values[1], dataset.value_unit)}<//>`}`;
}

/*
 * The menu of a chart's drill tool, or (inline, at = {start, end, whole, values, above}) of a range that was
 * dragged over it. With Shift the tool gives every key its colour instead.
 */
export function DrillMenu({ dataset, chart, at, inline, onClose }) {
	const root = useRef();
	useEffect(() => {
		if (inline && root.current) root.current.querySelector("button")?.focus();
	}, []);
	if (!stat(dataset.stat)) return null;
	const what = narrowing(dataset, chart, at), { said } = what, o = offers(dataset, what);
	const open = (by, more) => (openChart(dataset, chart, what, by, more), onClose && onClose());
	const items = html`
		${at && html`<${Zooms} chart=${chart} dataset=${dataset} at=${at} onClose=${onClose} />`}
		<p class="hint">${said.length ? `Only ${said.join(", ")}:` : "Break down:"}</p>
		${said.length > 0 && html`<${Item} onClick=${() => open([...o.keepKey, ...o.keep])}>as it is<//>`}
		<div class="columns">${o.discrete.map((f) => html`<${Item} onClick=${() => open([f.name, ...(chart.view === "heat" ? o.keep : [])])}>by ${f.title.toLowerCase()}<//>`)}
		${o.numeric.map((f) => html`<${Item} onClick=${() => open([...(said.length ? [] : o.keepKey), f.name], { view: "heat" })}>by ${f.title.toLowerCase()} (heat map)<//>`)}
		${dataset.key_field && !said.length && html`<${Item} onClick=${() => open(o.keep)}>undivided<//>`}</div>`;
	if (inline) return html`<div class="menu open" role="group" aria-label="What to do with this range" ref=${root} onKeyDown=${(e) => menuKeys(e, root.current, onClose)}>${items}<${Item} onClick=${onClose}>Cancel<//></div>`;
	const rainbow = dataset.key_field && (() => changeChart(chart.id, { mode: chart.mode === "rainbow" ? "highlight" : "rainbow" }));
	return html`<${Menu} icon="drill" label=${rainbow ? "Drill down (Shift: every key its colour)" : "Drill down"} wide=${true} onShift=${rainbow}>${items}<//>`;
}
