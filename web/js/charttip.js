/*
 * charttip.js - what a chart shows of its data in words and numbers: beside the pointer, and as a table
 */
import { html } from "./ui.js";
import * as D from "./data.js";
import * as H from "./heat.js";
import * as S from "./scale.js";
import { rateUnit } from "./chartdata.js";
import { store } from "./store.js";

const ROWS = 8;

/* Shares of a whole as a pie: parts are [share 0..1, colour]; what is left is grey. */
export function Pie({ parts }) {
	let at = 0;
	const stops = parts.map(([share, colour]) => `${colour} ${at}turn ${(at += share)}turn`);
	return html`<i class="pie" style=${{ background: `conic-gradient(${[...stops, `var(--muted) ${at}turn 1turn`].join(",")})` }}></i>`;
}

/* What is under the pointer: time, range of values, how many, and whose they are. */
export function Tip({ tip, dataset, hues, width, heat }) {
	if (tip.t === undefined) return null;
	const style = { left: Math.min(Math.max(0, width - 225), tip.x + 14) + "px", top: Math.max(0, tip.y - 20) + "px" };
	const keys = (tip.keys || []).slice(0, ROWS), hue = (k) => hues.get(k) ?? hues.size + keys.findIndex(([o]) => o === k);
	const colour = (k) => (k === "other" ? "var(--muted)" : H.keyColour(hue(k), store.dark)), whole = heat ? tip.count : tip.sum;
	return html`<div class="tip" style=${style} aria-hidden="true">
		<div class="when">${S.clock(tip.t)}${tip.step > 1 ? "–" + S.clock(tip.t + tip.step) : ""}</div>
		${heat && tip.lo !== undefined && html`<div>${S.show(tip.lo, dataset.value_unit)} – ${S.show(tip.hi, dataset.value_unit)}</div><div><b>${S.show(tip.count)}</b> of ${S.show(tip.total)} events</div>`}
		${tip.lines && html`<div><b>${S.show(tip.sum, rateUnit(dataset))}</b>${tip.lost ? html` <span class="warn">${S.show(tip.lost)} lost</span>` : ""}</div>`}
		${keys.length > 1 && whole > 0 && html`<${Pie} parts=${keys.map(([k, v]) => [Math.min(1, v / whole), colour(k)])} />`}
		${keys.map(([k, v]) => html`<div class="row"><i class="swatch" style=${{ background: colour(k) }}></i><span>${k}</span><span>${S.show(v, heat ? "" : dataset.unit)}</span></div>`)}
	</div>`;
}

function heatRows(block, unit) {
	const p = (c, x) => S.show(H.percentile(block, c, x), unit);
	const rows = block.columns.map((c, i) => [i, c]).filter(([, c]) => c.length).slice(-200).reverse();
	return rows.map(([at, c]) => [S.clock(block.start + at * block.step), S.show(c.reduce((s, v, i) => (i % 2 ? s + v : s), 0)), S.show(H.mean(block, at), unit), p(c, 50), p(c, 90), p(c, 99)]);
}

function lineRows(block, keys, unit) {
	const at = Array.from({ length: block.n }, (_, i) => i).filter((i) => block.known[i]).slice(-200).reverse();
	return at.map((i) => [S.clock(block.start + i * block.step), ...keys.map((k) => S.show(block.series.get(k)[i], unit))]);
}

/* The chart as a table, newest first. */
export function Table({ block, dataset, range }) {
	const heat = block.kind === "heat", keys = heat ? [] : D.keyTotals(block, ...range).slice(0, 8).map((k) => k.key);
	const head = heat ? ["Time", "Events", "Average", "Median", "90 %", "99 %"] : ["Time", ...keys.map((k) => k || dataset.unit)];
	const rows = heat ? heatRows(block, dataset.value_unit) : lineRows(block, keys, dataset.unit);
	return html`<div class="table" tabindex="0"><table><thead><tr>${head.map((h) => html`<th scope="col">${h}</th>`)}</tr></thead>
		<tbody>${rows.map((r) => html`<tr>${r.map((v) => html`<td>${v}</td>`)}</tr>`)}</tbody></table></div>`;
}
