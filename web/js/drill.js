/*
 * drill.js - from what is seen to the next question: a new statistic, narrowed by what was pointed at
 */
import { html, Menu, Item, useEffect, useRef } from "./ui.js";
import * as S from "./scale.js";
import * as Sheet from "./sheet.js";
import { drill, parse } from "./name.js";
import { store, stat, fieldTitles, addChart, changeChart, changeRange } from "./store.js";

/*
 * The menu of a chart's drill tool, or (inline, at = {start, end, whole, values}) of a range that was
 * dragged over it.
 */
export function DrillMenu({ dataset, chart, at, inline, onClose }) {
	const s = stat(dataset.stat), name = parse(dataset.name), root = useRef();
	useEffect(() => {
		if (inline && root.current) root.current.querySelector("button")?.focus();
	}, []);
	if (!s) return null;
	const narrow = [], said = [];
	const [keyField, valueField] = [dataset.key_field, dataset.numeric_field], title = (f) => fieldTitles(dataset.stat)[f] || f;
	/* A predicate is one key: of several the first is offered, the others by a menu of their own. */
	const key = chart.keys[0];
	if (keyField && key !== undefined && chart.mode !== "exclude") narrow.push({ field: keyField, op: "=", value: key }), said.push(`${title(keyField)} ${key}`);
	if (keyField && chart.mode === "exclude") for (const k of chart.keys) narrow.push({ field: keyField, op: "!=", value: k }), said.push(`${title(keyField)} not ${k}`);
	if (at && at.values && valueField) {
		const [lo, hi] = at.values;
		narrow.push({ field: valueField, op: "=", value: `${lo}..${Math.max(lo, hi - 1)}` });
		said.push(`${title(valueField)} ${S.show(lo, dataset.value_unit)} to ${S.show(hi, dataset.value_unit)}`);
	}
	const open = (by, more = {}) => {
		addChart(drill(dataset.name, narrow, by), { ...more, range: chart.range });
		if (onClose) onClose();
	};
	const fixed = new Set([...name.where.filter((p) => p.op === "=").map((p) => p.field), ...narrow.filter((p) => p.op === "=" && p.field !== valueField).map((p) => p.field)]);
	const discrete = s.fields.filter((f) => f.type === "discrete" && !fixed.has(f.name) && f.name !== keyField);
	const numeric = s.fields.filter((f) => f.type === "numeric" && f.name !== valueField);
	const keep = valueField ? [valueField] : [], keepKey = keyField && !fixed.has(keyField) ? [keyField] : [];
	const items = html`
		${at && !at.whole && html`<${Item} onClick=${() => (changeRange(chart, { span: Math.max(10, at.end - at.start), end: at.end }), onClose())}>Zoom to ${S.clock(at.start)} – ${S.clock(at.end)}<//>`}
		${at && at.values && html`<${Item} onClick=${() => (changeChart(chart.id, { zoom: at.values }), onClose())}>Zoom to ${S.show(at.values[0], dataset.value_unit)} – ${S.show(at.values[1], dataset.value_unit)}<//>`}
		<p class="hint">${said.length ? `Only ${said.join(", ")}:` : "Break down:"}</p>
		${said.length > 0 && html`<${Item} onClick=${() => open([...keepKey, ...keep])}>as it is<//>`}
		<div class="columns">${discrete.map((f) => html`<${Item} onClick=${() => open([f.name, ...(chart.view === "heat" ? keep : [])])}>by ${f.title.toLowerCase()}<//>`)}
		${numeric.map((f) => html`<${Item} onClick=${() => open([...(said.length ? [] : keepKey), f.name], { view: "heat" })}>by ${f.title.toLowerCase()} (heat map)<//>`)}
		${keyField && !said.length && html`<${Item} onClick=${() => open([...keep])}>undivided<//>`}</div>
		${chart.keys.length > 1 && chart.mode !== "exclude" && html`<p class="hint">Only one of the others:</p>${chart.keys.slice(1, 8).map((k) => html`<${Item} onClick=${() => (changeChart(chart.id, { keys: [k, ...chart.keys.filter((o) => o !== k)] }), onClose && onClose())}>${k}<//>`)}`}`;
	if (inline) {
		const keydown = (e) => {
			if (e.key === "Escape") return onClose();
			if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return undefined;
			const all = [...root.current.querySelectorAll("button")], i = all.indexOf(document.activeElement);
			all[(i + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length].focus();
			return e.preventDefault();
		};
		return html`<div class="menu open" role="group" aria-label="What to do with this range" ref=${root} onKeyDown=${keydown}>${items}<${Item} onClick=${onClose}>Cancel<//></div>`;
	}
	return html`<${Menu} icon="drill" label="Drill down" wide=${true}>${items}<//>`;
}
