/*
 * chartmenu.js - the tools above a chart: views, outliers, drill-down, the menu of the rest; what it costs
 */
import { html, Tool, Menu, Item, Choice } from "./ui.js";
import * as D from "./data.js";
import * as H from "./heat.js";
import * as S from "./scale.js";
import { store, set, go, changeDataset, changeSheet } from "./store.js";
import { DrillMenu } from "./drill.js";
import { offered, shown, toggle } from "./names.js";

const VIEW_NAMES = { line: "Lines", stack: "Stacked", heat: "Heat map", flame: "Flame graph and hierarchy" };
const PERCENTILES = [50, 90, 99, 99.9];

/* The next step of outlier elimination; a zoom of the values goes first. */
export function crop(c) {
	const next = H.OUTLIERS[(H.OUTLIERS.indexOf(c.chart.outliers) + 1) % H.OUTLIERS.length];
	c.change(c.chart.zoom ? { zoom: null } : { outliers: next, zoom: null });
}

/* Chooses the highest second in sight, or the lowest; asked again, the next after it. */
function extreme(c, least) {
	const { block, extreme: before } = c.own, sums = block ? D.totals(block) : [];
	const order = sums.map((v, i) => [v, i]).filter(([v]) => v !== null).sort((a, b) => (least ? a[0] - b[0] : b[0] - a[0]) || a[1] - b[1]).map(([, i]) => i);
	if (!order.length) return;
	const again = before && before.least === least && before.pinned === store.pinned, rank = again ? (before.rank + 1) % order.length : 0;
	const pinned = block.start + (order[rank] + 0.5) * block.step;
	c.own.extreme = { least, rank, pinned };
	set({ pinned });
}

function move(c, to) {
	const charts = [...store.sheet.charts], [one] = charts.splice(c.index, 1);
	charts.splice(to, 0, one);
	changeSheet({ ...store.sheet, charts });
}

function Lines({ c }) {
	const { chart, change } = c, has = (p) => chart.percentiles.includes(p);
	return html`<fieldset class="choice"><legend>Lines</legend><label><input type="checkbox" checked=${chart.average} onChange=${() => change({ average: !chart.average })} />average</label>
		${PERCENTILES.map((p) => html`<label><input type="checkbox" checked=${has(p)} onChange=${() => change({ percentiles: has(p) ? chart.percentiles.filter((q) => q !== p) : [...chart.percentiles, p].sort((a, b) => a - b) })} />${p} %</label>`)}</fieldset>`;
}

function Export({ c, format }) {
	const [start, end] = c.range;
	return html`<a class="item" data-close="1" href=${`api/v1/datasets/${c.dataset.id}/export?format=${format}&start=${Math.floor(start)}&end=${Math.ceil(end)}`} download>Export this range as ${format.toUpperCase()}</a>`;
}

/* The menu of what is asked for less often. */
function More({ c }) {
	const { chart, dataset, isHeat, change } = c, r = chart.range || store.sheet, suspended = dataset.state === "suspended";
	return html`<${Menu} icon="menu" label="More for this chart" wide=${true}>
		<${Choice} label="Value axis" value=${chart.y} options=${[["linear", "linear"], ["log", "logarithmic"], ...(isHeat ? [["rank", "by rank of events"]] : [])]} onChange=${(y) => change({ y })} />
		${isHeat && html`<${Choice} label="Colour" value=${chart.colour} options=${[["rank", "by rank"], ["linear", "linear"]]} onChange=${(colour) => change({ colour })} />
		<${Choice} label="Weight" value=${chart.weight} options=${[["count", "number of events"], ["value", "events × value"]]} onChange=${(weight) => change({ weight })} />`}
		${c.keyed && html`<${Choice} label="Selected keys" value=${chart.mode} options=${[["highlight", "highlight"], ["isolate", "only these"], ["exclude", "all but these"], ["rainbow", "every key its colour"]]} onChange=${(mode) => change({ mode })} />`}
		${isHeat && html`<${Lines} c=${c} />`}
		<${Choice} label="Height" value=${chart.height} options=${[[120, "low"], [0, "usual"], [360, "high"], [560, "very high"]]} onChange=${(h) => change({ height: +h })} />
		<hr />
		<${Item} onClick=${() => extreme(c, false)}>Go to the highest second<//>
		<${Item} onClick=${() => extreme(c, true)}>Go to the lowest second<//>
		<${Item} onClick=${() => change({ range: chart.range ? null : { span: store.sheet.span, end: store.sheet.end } })}>${chart.range ? "Follow the worksheet's time" : "Give it a time of its own"}<//>
		<${Item} onClick=${() => changeSheet({ ...store.sheet, ...r, charts: store.sheet.charts.map((o) => ({ ...o, range: null })) })}>All charts to this chart's time<//>
		${offered(dataset) && html`<${Item} onClick=${toggle} pressed=${shown(dataset)}>Names of addresses<//>`}
		${!isHeat && c.view !== "flame" && html`<${Item} onClick=${() => change({ usual: !chart.usual })} pressed=${chart.usual}>Show what is usual<//>`}
		<${Item} disabled=${!c.own.block} onClick=${() => c.setTable(!c.table)} pressed=${c.table}>Show as a table<//>
		<hr />
		<${Item} onClick=${() => changeDataset(dataset.id, { state: suspended ? "active" : "suspended" })}>${suspended ? "Resume collecting" : "Suspend collecting"}<//>
		<${Item} onClick=${() => changeDataset(dataset.id, { saved: !dataset.saved })}>${dataset.saved ? "Keep only while it is looked at" : "Keep its data (archive)"}<//>
		<${Export} c=${c} format="csv" /><${Export} c=${c} format="json" />
		<${Item} onClick=${() => (set({ newThreshold: { dataset: chart.dataset, key: chart.keys[0] } }), go("alerts"))}>New threshold on this<//>
		<hr />
		<${Item} disabled=${c.index === 0} onClick=${() => move(c, c.index - 1)}>Move up<//>
		<${Item} disabled=${c.index === c.count - 1} onClick=${() => move(c, c.index + 1)}>Move down<//>
	<//>`;
}

/* What the dataset costs, live: the probes' share of a CPU, of each event, what the data take. */
export function Cost({ dataset }) {
	const c = dataset.cost || {}, known = c.cpu_percent !== null && c.cpu_percent !== undefined && c.cpu_percent >= 0, bytes = dataset.bytes || {};
	const parts = known ? [`${S.show(c.cpu_percent, "percent")} CPU`, c.ns_per_event > 0 ? `${S.show(c.ns_per_event, "ns")}/event` : "", `${S.show(c.events_per_s, "events/s")}`] : [];
	return html`<span class="cost" title=${`What collecting this costs: share of one CPU, time for each event, events each second. Memory ${S.show(bytes.memory, "bytes")}, disk ${S.show(bytes.disk, "bytes")}${dataset.ratio ? `, compressed ${S.show(dataset.ratio)} times` : ""}${dataset.lost ? `, ${S.show(dataset.lost)} events lost` : ""}.`}>
		${parts.filter(Boolean).join(" · ") || (dataset.state === "active" ? "cost: counters only" : dataset.state)}${dataset.lost ? html` <b class="warn">${S.show(dataset.lost)} lost</b>` : ""}</span>`;
}

/* c: the chart, as chart.js gathers it. */
export function Tools({ c }) {
	const { chart, dataset, views, view } = c;
	return html`<div class="tools" role="toolbar" aria-label="Chart">
		${views.length > 1 && html`<span class="group">${views.map((v) => html`<${Tool} icon=${v} label=${VIEW_NAMES[v]} pressed=${v === view} onClick=${() => c.change({ view: v })} />`)}</span>`}
		${view !== "flame" && html`<${Tool} icon="crop" label=${chart.zoom ? "Values zoomed: show all" : `Leave out the highest ${chart.outliers}% (click for more)`} pressed=${chart.outliers > 0 || !!chart.zoom} onClick=${() => crop(c)}>${chart.zoom ? "zoom" : chart.outliers + "%"}<//>`}
		${dataset && html`<${DrillMenu} dataset=${dataset} chart=${chart} /><${More} c=${c} />`}
		<${Tool} icon="close" label="Remove this chart" onClick=${c.remove} />
	</div>`;
}
