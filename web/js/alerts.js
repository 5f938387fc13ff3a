/*
 * alerts.js - the view of alerts: those that last and the log, what became of their actions, the thresholds
 */
import { html, useEffect, useState, Wait, Dialog } from "./ui.js";
import * as api from "./api.js";
import * as S from "./scale.js";
import { store, set, attempt, ask, addChart } from "./store.js";
import { Form } from "./thresholdform.js";

const PAGE = 50, LASTING = { lasting: true, limit: 200 };

const when = (t) => (t ? `${S.day(t)} ${S.clock(t)}` : "–");

/* ---- deliveries ---- */

/* What became of actions; of: {alert} or {test: threshold}. Asked for again while something is on its way. */
function Deliveries({ of, title, onClose }) {
	const [rows, setRows] = useState(null), [since] = useState(store.now - 5);
	const load = () => attempt(async () => {
		const { deliveries } = await api.get(of.alert ? `alerts/${of.alert}/deliveries` : "deliveries", { limit: 200 });
		setRows(of.alert ? deliveries : deliveries.filter((d) => d.event === "test" && d.threshold === of.test && d.made >= since));
	});
	useEffect(() => {
		load();
		const timer = setInterval(load, 1500);
		return () => clearInterval(timer);
	}, []);
	return html`<${Dialog} title=${title} onClose=${onClose} wide=${true}>
		${!rows ? html`<${Wait} text="Loading" />` : !rows.length ? html`<p class="hint">It has no actions that tell anybody.</p>` : html`<${DeliveryTable} rows=${rows} />`}<//>`;
}

function DeliveryTable({ rows }) {
	return html`<div class="table full" tabindex="0"><table><thead><tr><th>Made</th><th>On</th><th>Action</th><th>State</th><th class="n">Tries</th><th>Answer</th></tr></thead><tbody>
		${rows.map((d) => html`<tr key=${d.id}><td>${when(d.made)}</td><td>${d.event}</td><td><code>${d.action}</code></td>
			<td class=${d.state === "failed" ? "warn" : ""}>${d.state}${d.next ? html` <small>again ${S.clock(d.next)}</small>` : d.ended ? html` <small>${S.clock(d.ended)}</small>` : ""}</td>
			<td class="n">${d.attempts}</td><td class="wide">${d.error || ""}${d.output ? html`<pre>${d.output}</pre>` : ""}</td></tr>`)}</tbody></table></div>`;
}

function DeliveryLog() {
	const [rows, setRows] = useState(null), [open, setOpen] = useState(false);
	const toggle = (e) => {
		setOpen(e.target.open);
		if (e.target.open) attempt(async () => setRows((await api.get("deliveries", { limit: 100 })).deliveries));
	};
	return html`<details class="list" onToggle=${toggle}><summary>Deliveries of all alerts and tests</summary>
		${open && (!rows ? html`<${Wait} text="Loading" />` : rows.length ? html`<${DeliveryTable} rows=${rows} />` : html`<p class="hint">None yet.</p>`)}</details>`;
}

/* ---- alerts ---- */

function Acknowledge({ alert, onClose, onDone }) {
	const [comment, setComment] = useState("");
	const send = async (e) => {
		e.preventDefault();
		if ((await attempt(() => api.post(`alerts/${alert.id}/acknowledge`, { comment }))) !== undefined) onDone(), onClose();
	};
	return html`<${Dialog} title="Acknowledge" onClose=${onClose}><form class="fields" onSubmit=${send}><p>${alert.text}</p>
		<label>Comment<input value=${comment} maxlength="200" onInput=${(e) => setComment(e.target.value)} /></label>
		<p class="hint">It is not said again; it still clears by itself.</p><p><button type="submit" class="primary">Acknowledge</button></p></form><//>`;
}

function AlertRow({ a, open }) {
	const lasts = a.state === "lasting", show = () => addChart(a.dataset, { keys: a.key ? [a.key] : [], range: { span: 600, end: a.began + 300 } });
	return html`<tr class=${lasts ? "lasting" : ""}><td>${when(a.began)}</td><td><b>${a.severity}</b></td><td>${a.text}${a.note ? html`<div class="hint">${a.note}</div>` : ""}</td>
		<td>${lasts ? html`<b class="warn">lasts</b>` : `cleared ${when(a.cleared)}`}${a.acknowledged ? html`<div class="hint">seen by ${a.acknowledged_by}${a.comment ? `: ${a.comment}` : ""}</div>` : ""}</td>
		<td class="actions"><button type="button" class="link" onClick=${show}>show</button><button type="button" class="link" onClick=${() => open({ deliveries: { alert: a.id }, title: `Deliveries of ${a.name}` })}>deliveries</button>
			${!a.acknowledged && html`<button type="button" class="link" onClick=${() => open({ acknowledge: a })}>acknowledge</button>`}</td></tr>`;
}

function Log({ open }) {
	const [more, setMore] = useState(true), all = store.alerts;
	const older = () => attempt(async () => {
		const { alerts } = await api.get("alerts", { limit: PAGE, before: Math.min(...all.map((a) => a.id)) });
		setMore(alerts.length === PAGE);
		set({ alerts: [...store.alerts, ...alerts] });
	});
	return html`<h2>Alerts</h2>
		<div class="table full" tabindex="0"><table><thead><tr><th>Since</th><th>Severity</th><th>What</th><th>State</th><th><span class="visually-hidden">Actions</span></th></tr></thead>
			<tbody>${all.map((a) => html`<${AlertRow} key=${a.id} a=${a} open=${open} />`)}</tbody></table></div>
		${!all.length ? html`<p class="hint">No alerts. A threshold below makes one when what it watches is bad for long enough.</p>` : all.length >= PAGE && more && html`<button type="button" class="link" onClick=${older}>Older ones</button>`}`;
}

/* ---- thresholds ---- */

function condition(t) {
	const of = t.measure === "percentile" ? `${t.percentile} % of events of ` : t.measure === "share" ? `share above ${t.share_above} of ` : t.measure === "unusual" ? "spreads outside the usual range of " : "";
	return html`${of}<code>${t.dataset}</code>${t.key ? ` ${t.key}` : ""} ${t.type === "below" ? "<" : ">"} ${t.limit}`;
}

function ThresholdRow({ t, open, reload }) {
	const off = !["yes", "true", "on", "1"].includes(t.enabled), s = t.status || {};
	const remove = async () => (await ask(`Delete the threshold ${t.name}?`, "Delete")) && (await attempt(() => api.del(`thresholds/${t.id}`))) !== undefined && reload();
	const test = async () => (await attempt(() => api.post(`thresholds/${t.id}/test`))) !== undefined && open({ deliveries: { test: t.id }, title: `Test of ${t.name}` });
	const toggle = async () => (await attempt(() => api.put(`thresholds/${t.id}`, { ...t, enabled: off ? "yes" : "no" }))) && reload();
	return html`<tr><td>${t.name}</td><td>${condition(t)}</td><td>${off ? "disabled" : html`${s.phase}${s.value !== null && s.value !== undefined ? `: ${S.show(s.value)}` : ""}`}${s.error ? html`<div class="problem">${s.error}</div>` : ""}</td>
		<td>${t.actions.map((a) => a.kind).join(", ") || html`<span class="hint">none: only the log</span>`}</td>
		<td class="actions"><button type="button" class="link" onClick=${() => open({ form: t })}>change</button><button type="button" class="link" onClick=${toggle}>${off ? "enable" : "disable"}</button>
			<button type="button" class="link" disabled=${!t.actions.length} title="Takes its actions once, as a test; datasets are not touched" onClick=${test}>send a test</button><button type="button" class="link danger" onClick=${remove}>delete</button></td></tr>`;
}

export function Alerts() {
	const [data, setData] = useState(null), [dialog, setDialog] = useState(store.newThreshold ? { form: { name: "", ...store.newThreshold } } : {});
	const load = () => attempt(async () => {
		const [t, lasting, log] = await Promise.all([api.get("thresholds"), api.get("alerts", LASTING), api.get("alerts", { limit: PAGE })]);
		const fresh = new Map([...store.alerts, ...lasting.alerts, ...log.alerts].map((a) => [a.id, a]));
		setData(t);
		set({ alerts: [...fresh.values()].sort((a, b) => (b.state === "lasting") - (a.state === "lasting") || b.id - a.id), unseen: 0 });
	});
	useEffect(() => {
		set({ newThreshold: null });
		load();
		const timer = setInterval(load, 5000);
		return () => clearInterval(timer);
	}, []);
	if (!data) return html`<div class="page"><${Wait} text="Loading" /></div>`;
	const close = () => setDialog({});
	return html`<div class="page"><${Log} open=${setDialog} /><${DeliveryLog} />
		<h2>Thresholds</h2>
		<div class="table full" tabindex="0"><table><thead><tr><th>Name</th><th>Condition</th><th>Now</th><th>Actions</th><th><span class="visually-hidden">What to do</span></th></tr></thead>
			<tbody>${data.thresholds.map((t) => html`<${ThresholdRow} key=${t.id} t=${t} open=${setDialog} reload=${load} />`)}</tbody></table></div>
		${!data.thresholds.length && html`<p class="hint">None yet. Make one here, or from the menu of a chart.</p>`}
		<button type="button" class="primary" onClick=${() => setDialog({ form: { name: "" } })}>New threshold</button>
		${dialog.form && html`<${Form} fields=${data.fields} kinds=${data.actions} first=${dialog.form} onClose=${close} onSaved=${load} />`}
		${dialog.deliveries && html`<${Deliveries} of=${dialog.deliveries} title=${dialog.title} onClose=${close} />`}
		${dialog.acknowledge && html`<${Acknowledge} alert=${dialog.acknowledge} onClose=${close} onDone=${load} />`}
	</div>`;
}
