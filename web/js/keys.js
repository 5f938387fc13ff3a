/*
 * keys.js - the keys beside a chart: totals of what is in sight, values at the chosen second; to select
 */
import { html, useState, useEffect } from "./ui.js";
import * as D from "./data.js";
import * as S from "./scale.js";
import * as api from "./api.js";
import { keyColour, mean, averageName, percentile, bucketSums } from "./heat.js";
import { rateUnit } from "./chartdata.js";
import { shown } from "./plot.js";
import { store, changeChart } from "./store.js";
import { useNames, nameOf } from "./names.js";

/* Those of a heat map come from the server, without what they are now; [{key, total, mean, now}]. */
function rows(chart, dataset, own, range, pinned) {
	const { block } = own, level = dataset.mode === "level";
	if (!block) return [];
	if (block.kind === "lines") return D.keyTotals(block, range[0], range[1], pinned, level);
	/* Seconds of which nothing is known are none without events. */
	const known = D.totals(block).filter((v, i) => v !== null && block.start + i * block.step >= range[0] - block.step).length * block.step;
	return (own.totals || []).map((k) => ({ key: k.key, total: k.total, mean: known ? k.total / known : null, now: null }));
}

/* Beneath the picture instead of beside it: as style.css has it. */
function narrow() {
	return matchMedia("(max-width: 760px)").matches;
}

export function Keys({ chart, dataset, own, hues, range, height }) {
	const [find, setFind] = useState(""), [chosen, setChosen] = useState(null), pinned = store.pinned;
	/* Of a heat map only the selected keys are here: those of the chosen second are asked for. */
	const step = own.block ? own.block.step : 1, at = pinned === null ? null : Math.floor(pinned / step) * step;
	useEffect(() => {
		let gone = false;
		if (at === null || chart.view !== "heat") return void setChosen(null);
		api.get(`datasets/${dataset.id}/keys`, { start: at, end: at + step, step }).then((a) => !gone && setChosen(new Map(a.keys.map((k) => [k.key, k.total / step]))), () => {});
		return () => (gone = true);
	}, [at, step, chart.view]);
	const all = rows(chart, dataset, own, range, pinned), top = Math.max(1e-12, ...all.map((k) => k.total));
	const unit = rateUnit(dataset), level = dataset.mode === "level";
	const select = (e, key) => {
		const more = e.shiftKey || e.ctrlKey || e.metaKey || e.pointerType === "touch", on = chart.keys.includes(key);
		const keys = on ? (more || chart.keys.length === 1 ? chart.keys.filter((k) => k !== key) : [key]) : more ? [...chart.keys, key] : [key];
		changeChart(chart.id, { keys, ...(chart.mode === "rainbow" ? { mode: "highlight" } : {}) });
	};
	const named = useNames(dataset, all.map((k) => k.key)), name = (k) => (named && nameOf(k)) || k;
	const listed = find ? all.filter((k) => `${k.key} ${name(k.key)}`.toLowerCase().includes(find.toLowerCase())) : all;
	const coloured = (k) => k !== "other" && (chart.mode === "rainbow" || chart.keys.includes(k) || (own.block.kind === "lines" && shown({ chart, block: own.block }, k)));
	return html`<div class="keys" style=${narrow() ? {} : { maxHeight: `${height}px` }}>
		<div class="caption"><span>${pinned === null ? own.block && own.block.kind === "lines" ? html`average <small>and now</small>` : "average" : `at ${S.clock(pinned)}`}</span>
			${chart.keys.length > 0 && html`<button type="button" class="link" onClick=${() => changeChart(chart.id, { keys: [] })}>clear</button>`}
			${all.length > 8 && html`<input type="search" placeholder="find" aria-label="Find a key" value=${find} onInput=${(e) => setFind(e.target.value)} />`}</div>
		<ul aria-label="Keys; Shift or Ctrl selects several">
			${listed.slice(0, 100).map((k) => html`<li key=${k.key}><button type="button" class="key" aria-pressed=${String(chart.keys.includes(k.key))} title=${`${k.key}: ${S.show(k.total, level ? unit : unit.replace(/\/s$/, ""))} in sight`}
				disabled=${k.key === "other"} onClick=${(e) => select(e, k.key)}>
				<span class="fill" style=${{ width: (100 * k.total) / top + "%" }}></span>
				<i class="swatch" style=${{ background: coloured(k.key) ? keyColour(hues.get(k.key) ?? 0, store.dark) : "var(--muted)" }}></i>
				<span class="name">${name(k.key)}</span><span class="value">${S.show(pinned === null ? k.mean : chosen ? chosen.get(k.key) ?? 0 : k.now, unit)}${pinned === null && k.now !== null ? html` <small>${S.show(k.now, unit)}</small>` : ""}</span></button></li>`)}
		</ul>
		${!all.length && html`<p class="hint">${own.loading ? "Loading" : "Nothing in this range"}</p>`}
	</div>`;
}

/* The figures beside a chart without keys, of what is in sight or of the chosen second. */
export function Summary({ dataset, own, range }) {
	const block = own.block, pinned = store.pinned, rows = [];
	if (block) {
		const c0 = Math.max(0, Math.floor((range[0] - block.start) / block.step)), sums = D.totals(block).slice(c0).filter((v) => v !== null);
		const at = pinned === null ? null : Math.floor((pinned - block.start) / block.step), rate = rateUnit(dataset);
		const average = sums.length ? sums.reduce((a, b) => a + b, 0) / sums.length : null, all = D.totals(block);
		if (at !== null) rows.push(["value", S.show(all[at], rate)]);
		else {
			const last = all.filter((v) => v !== null);
			rows.push(["now", S.show(last[last.length - 1], rate)], ["average", S.show(average, rate)], ["highest", S.show(sums.reduce((a, b) => Math.max(a, b), 0), rate)]);
		}
		if (block.kind === "heat") {
			let column = at !== null ? block.columns[at] : null;
			if (at === null) column = [...bucketSums(block, block.columns, c0)].flatMap((n, b) => (n > 0 ? [b, n] : []));
			rows.push([averageName(block).replace("average", `average ${dataset.numeric_field || "value"}`), S.show(at !== null ? mean(block, at) : mean(block, c0, block.columns.length - 1), dataset.value_unit)]);
			for (const p of [50, 90, 99, 99.9]) rows.push([p === 50 ? "median" : `${p} %`, S.show(percentile(block, column, p), dataset.value_unit)]);
		}
	}
	return html`<div class="keys summary"><div class="caption"><span>${pinned === null ? "in sight" : `at ${S.clock(pinned)}`}</span></div>
		<dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></div>`;
}
