/*
 * tables.js - the views that are tables: datasets with their cost; thresholds and alerts
 */
import { html, Tool, useEffect, useState, Wait, Dialog } from "./ui.js";
import * as api from "./api.js";
import * as S from "./scale.js";
import { store, set, attempt, addChart, changeDataset, refreshDatasets, describeName, say } from "./store.js";

export function Datasets() {
	useEffect(() => {
		attempt(refreshDatasets);
		const timer = setInterval(() => refreshDatasets().catch(() => {}), 5000);
		return () => clearInterval(timer);
	}, []);
	const all = [...store.datasets.values()], status = store.status || {};
	const destroy = async (d) => {
		if (!confirm(`Destroy ${d.name} and all its data? This cannot be undone.`)) return;
		if ((await attempt(() => api.del(`datasets/${d.id}`))) !== undefined) refreshDatasets();
	};
	const cost = (d) => (d.cost && d.cost.cpu_percent >= 0 && d.cost.cpu_percent !== null ? S.show(d.cost.cpu_percent, "percent") : "–");
	return html`<div class="page"><h2>Datasets</h2>
		<p class="hint">Everything that is collected now, and what it costs: time in the kernel's probes, memory, disk.</p>
		<div class="table full" tabindex="0"><table><thead><tr><th>Dataset</th><th>State</th><th class="n">CPU</th><th class="n">per event</th><th class="n">events</th><th class="n">lost</th><th class="n">memory</th><th class="n">disk</th><th class="n">a day</th><th>compression</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>
		${all.map((d) => html`<tr key=${d.id}><td><button type="button" class="link" title=${d.name} onClick=${() => addChart(d.name)}>${d.title} <small>${describeName(d.name)}</small></button>${d.error ? html`<div class="problem">${d.error}</div>` : ""}</td>
			<td>${d.state}${d.saved ? ", kept" : ""}</td><td class="n">${cost(d)}</td><td class="n">${d.cost && d.cost.ns_per_event > 0 ? S.show(d.cost.ns_per_event, "ns") : "–"}</td>
			<td class="n">${d.cost && d.cost.events_per_s >= 0 && d.cost.events_per_s !== null ? S.show(d.cost.events_per_s, "ops/s") : "–"}</td><td class="n">${d.lost ? html`<b class="warn">${S.show(d.lost)}</b>` : 0}</td>
			<td class="n">${S.show(d.bytes.memory, "bytes")}</td><td class="n">${S.show(d.bytes.disk, "bytes")}</td><td class="n">${S.show((d.bytes.per_s || 0) * 86400, "bytes")}</td>
			<td><select aria-label=${`Compression of ${d.name}`} value=${d.compression} onChange=${(e) => changeDataset(d.id, { compression: e.target.value })}>${[...new Set(["none", "lz4", "zstd1", "zstd3", "zstd9", "zstd19", d.compression])].map((c) => html`<option value=${c} selected=${c === d.compression}>${c}</option>`)}</select> ${d.ratio ? S.show(d.ratio) + "×" : ""}</td>
			<td class="actions"><button type="button" class="link" onClick=${() => changeDataset(d.id, { state: d.state === "suspended" ? "active" : "suspended" })}>${d.state === "suspended" ? "resume" : "suspend"}</button>
				<button type="button" class="link" onClick=${() => changeDataset(d.id, { saved: !d.saved })}>${d.saved ? "do not keep" : "keep"}</button>
				<button type="button" class="link" title="Show it in /metrics for Prometheus" onClick=${() => changeDataset(d.id, { exported: !d.exported })}>${d.exported ? "not in /metrics" : "in /metrics"}</button>
				<button type="button" class="link danger" onClick=${() => destroy(d)}>destroy</button></td></tr>`)}
		</tbody></table></div>${!all.length && html`<p class="hint">None yet: add a statistic to a worksheet.</p>`}
		${status.memory && html`<p class="hint">The daemon takes ${S.show(status.memory.resident, "bytes")}; data in memory ${S.show(status.memory.data, "bytes")} of at most ${S.show(status.memory.bound, "bytes")}; on disk ${S.show(status.disk, "bytes")}.</p>`}
	</div>`;
}

/* The form of a threshold is made from the server's own table of fields. */
function Form({ fields, kinds, first, onClose, onSaved }) {
	const [value, setValue] = useState(() => ({ ...Object.fromEntries(fields.map((f) => [f.name, f.default ?? ""])), ...first })), [actions, setActions] = useState(first.actions || []);
	const simple = ["name", "dataset", "key", "measure", "percentile", "share_above", "type", "limit", "minpost"], [more, setMore] = useState(!!first.id);
	const change = (k, v) => setValue({ ...value, [k]: v });
	const visible = fields.filter((f) => (more || simple.includes(f.name)) && !(f.name === "percentile" && value.measure !== "percentile") && !(f.name === "share_above" && value.measure !== "share"));
	const save = async (e) => {
		e.preventDefault();
		const body = Object.fromEntries(fields.filter((f) => String(value[f.name] ?? "") !== String(f.default ?? "") || f.default === null).map((f) => [f.name, value[f.name]]));
		body.actions = actions;
		const done = await attempt(() => (first.id ? api.put(`thresholds/${first.id}`, body) : api.post("thresholds", body)));
		if (done) onSaved(), onClose();
	};
	const input = (f) => {
		const id = "t-" + f.name;
		const control = f.choices ? html`<select id=${id} value=${value[f.name]} onChange=${(e) => change(f.name, e.target.value)}>${f.choices.map((c) => html`<option value=${c} selected=${c === value[f.name]}>${c}</option>`)}</select>`
			: f.type === "bool" ? html`<input id=${id} type="checkbox" checked=${["yes", "true", "on", "1"].includes(String(value[f.name]))} onChange=${(e) => change(f.name, e.target.checked ? "yes" : "no")} />`
			: html`<input id=${id} value=${value[f.name]} required=${f.default === null} list=${f.name === "dataset" ? "names" : undefined} onInput=${(e) => change(f.name, e.target.value)} />`;
		return html`<div class="field"><label for=${id}>${f.name.replace(/_/g, " ")}</label>${control}<small>${f.help}</small></div>`;
	};
	return html`<${Dialog} title=${first.id ? "Change the threshold" : "New threshold"} onClose=${onClose} wide=${true}><form class="fields" onSubmit=${save}>
		<datalist id="names">${[...store.datasets.values()].map((d) => html`<option value=${d.name} />`)}</datalist>
		${visible.map(input)}
		<h3>Actions</h3>
		${actions.map((a, i) => {
			const kind = kinds.find((k) => k.name === a.kind) || { params: [] };
			return html`<fieldset class="action"><legend>${a.kind}</legend>${kind.params.map((p) => html`<label>${p}<input value=${a[p] || ""} onInput=${(e) => setActions(actions.map((x, j) => (j === i ? { ...x, [p]: e.target.value } : x)))} /></label>`)}
				<button type="button" class="link danger" onClick=${() => setActions(actions.filter((_, j) => j !== i))}>remove</button></fieldset>`;
		})}
		<div class="columns">${kinds.map((k) => html`<button type="button" class="item" title=${k.help} onClick=${() => setActions([...actions, { kind: k.name }])}>+ ${k.name}</button>`)}</div>
		<p><button type="button" class="link" onClick=${() => setMore(!more)}>${more ? "Fewer fields" : "All fields: dwell, hours, clear value, repeats ..."}</button></p>
		<button type="submit" class="primary">Save</button></form><//>`;
}

export function Alerts() {
	const [data, setData] = useState(null), [form, setForm] = useState(store.newThreshold ? { ...store.newThreshold } : null);
	const load = () => attempt(async () => {
		const [t, a] = await Promise.all([api.get("thresholds"), api.get("alerts")]);
		setData(t);
		set({ alerts: a.alerts, unseen: 0 });
	});
	useEffect(() => {
		set({ newThreshold: null, unseen: 0 });
		load();
		const timer = setInterval(load, 5000);
		return () => clearInterval(timer);
	}, []);
	if (!data) return html`<div class="page"><${Wait} text="Loading" /></div>`;
	const remove = async (t) => {
		if (confirm(`Delete the threshold ${t.name}?`) && (await attempt(() => api.del(`thresholds/${t.id}`))) !== undefined) load();
	};
	const acknowledge = async (a) => (await attempt(() => api.post(`alerts/${a.id}/acknowledge`))) !== undefined && load();
	const when = (t) => (t ? `${S.day(t)} ${S.clock(t)}` : "");
	const initial = form && !form.id ? { name: "", ...form } : form;
	return html`<div class="page"><h2>Alerts</h2>
		<div class="table full" tabindex="0"><table><thead><tr><th>Since</th><th>What</th><th>State</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>
		${store.alerts.map((a) => html`<tr key=${a.id} class=${a.state === "lasting" ? "lasting" : ""}><td>${when(a.began)}</td><td>${a.text}</td><td>${a.state === "lasting" ? html`<b class="warn">lasts</b>` : `cleared ${when(a.cleared)}`}${a.acknowledged ? `, seen by ${a.acknowledged_by}` : ""}</td>
			<td class="actions"><button type="button" class="link" onClick=${() => addChart(a.dataset, { keys: a.key ? [a.key] : [], range: { span: 600, end: a.began + 300 } })}>show</button>
			${!a.acknowledged && html`<button type="button" class="link" onClick=${() => acknowledge(a)}>acknowledge</button>`}</td></tr>`)}
		</tbody></table></div>${!store.alerts.length && html`<p class="hint">No alerts.</p>`}
		<h2>Thresholds</h2>
		<div class="table full" tabindex="0"><table><thead><tr><th>Name</th><th>Condition</th><th>Now</th><th><span class="visually-hidden">Actions</span></th></tr></thead><tbody>
		${data.thresholds.map((t) => html`<tr key=${t.id}><td>${t.name}</td><td><code>${t.dataset}</code>${t.key ? ` ${t.key}` : ""} ${t.measure !== "value" ? `${t.measure} ${t.measure === "percentile" ? t.percentile : t.share_above}` : ""} ${t.type === "below" ? "<" : ">"} ${t.limit}</td>
			<td>${t.status ? t.status.phase + (t.status.value !== null ? `: ${S.show(t.status.value)}` : "") : ""}${t.status && t.status.error ? html`<div class="problem">${t.status.error}</div>` : ""}</td>
			<td class="actions"><button type="button" class="link" onClick=${() => setForm(t)}>change</button><button type="button" class="link" title="Takes its actions once, as a test" onClick=${async () => (await attempt(() => api.post(`thresholds/${t.id}/test`))) !== undefined && say("The actions were started.")}>try</button><button type="button" class="link danger" onClick=${() => remove(t)}>delete</button></td></tr>`)}
		</tbody></table></div>
		<button type="button" class="primary" onClick=${() => setForm({})}>New threshold</button>
		${form && html`<${Form} fields=${data.fields} kinds=${data.actions} first=${initial} onClose=${() => setForm(null)} onSaved=${load} />`}
	</div>`;
}
