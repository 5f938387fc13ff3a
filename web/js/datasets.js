/*
 * datasets.js - the view of all datasets: what each costs and takes, and what can be done to it
 */
import { html, useEffect } from "./ui.js";
import * as api from "./api.js";
import * as S from "./scale.js";
import { store, attempt, ask, addChart, changeDataset, refreshDatasets, describeName } from "./store.js";

const COMPRESSIONS = ["none", "lz4", "zstd1", "zstd3", "zstd9", "zstd19"], HEAD = ["CPU", "per event", "events", "lost", "memory", "disk", "a day"];

const known = (v, unit) => (v !== null && v !== undefined && v >= 0 ? S.show(v, unit) : "–");

async function destroy(d) {
	if (await ask(`Destroy ${d.name} and all its data? This cannot be undone.`, "Destroy")) await attempt(() => api.del(`datasets/${d.id}`).then(refreshDatasets));
}

function Actions({ d }) {
	const act = (text, changes, title) => html`<button type="button" class="link" title=${title} onClick=${() => changeDataset(d.id, changes)}>${text}</button>`;
	return html`<td class="actions">${d.state === "suspended" ? act("resume", { state: "active" }) : act("suspend", { state: "suspended" })}
		${act(d.saved ? "do not keep" : "keep", { saved: !d.saved }, "Keep its data, also when nobody looks")}
		${act(d.exported ? "not in /metrics" : "in /metrics", { exported: !d.exported }, "Show it in /metrics for Prometheus")}
		<button type="button" class="link danger" onClick=${() => destroy(d)}>destroy</button></td>`;
}

function Row({ d }) {
	const cost = d.cost || {}, options = [...new Set([...COMPRESSIONS, d.compression])];
	return html`<tr><td><button type="button" class="link" title=${d.name} onClick=${() => addChart(d.name)}>${d.title} <small>${describeName(d.name)}</small></button>${d.error ? html`<div class="problem">${d.error}</div>` : ""}</td>
		<td>${d.state}${d.saved ? ", kept" : ""}</td><td class="n">${known(cost.cpu_percent, "percent")}</td><td class="n">${cost.ns_per_event > 0 ? S.show(cost.ns_per_event, "ns") : "–"}</td>
		<td class="n">${known(cost.events_per_s, "ops/s")}</td><td class="n">${d.lost ? html`<b class="warn">${S.show(d.lost)}</b>` : 0}</td>
		<td class="n">${S.show(d.bytes.memory, "bytes")}</td><td class="n">${S.show(d.bytes.disk, "bytes")}</td><td class="n">${S.show((d.bytes.per_s || 0) * 86400, "bytes")}</td>
		<td><select aria-label=${`Compression of ${d.name}`} value=${d.compression} onChange=${(e) => changeDataset(d.id, { compression: e.target.value })}>${options.map((c) => html`<option value=${c} selected=${c === d.compression}>${c}</option>`)}</select> ${d.ratio ? S.show(d.ratio) + "×" : ""}</td>
		<${Actions} d=${d} /></tr>`;
}

export function Datasets() {
	useEffect(() => {
		attempt(refreshDatasets);
		const timer = setInterval(() => refreshDatasets().catch(() => {}), 5000);
		return () => clearInterval(timer);
	}, []);
	const all = [...store.datasets.values()], { memory, disk } = store.status || {};
	return html`<div class="page"><h2>Datasets</h2>
		<p class="hint">Everything that is collected now, and what it costs: time in the kernel's probes, memory, disk.</p>
		<div class="table full" tabindex="0"><table><thead><tr><th>Dataset</th><th>State</th>${HEAD.map((h) => html`<th class="n">${h}</th>`)}<th>compression</th><th><span class="visually-hidden">Actions</span></th></tr></thead>
			<tbody>${all.map((d) => html`<${Row} key=${d.id} d=${d} />`)}</tbody></table></div>
		${!all.length && html`<p class="hint">None yet: add a statistic to a worksheet.</p>`}
		${memory && html`<p class="hint">The daemon takes ${S.show(memory.resident, "bytes")}; data in memory ${S.show(memory.data, "bytes")} of at most ${S.show(memory.bound, "bytes")}; on disk ${S.show(disk, "bytes")}.</p>`}
	</div>`;
}
