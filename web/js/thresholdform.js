/*
 * thresholdform.js - the form of a threshold, made from the server's own tables of fields and actions
 *
 * Which fields there are, with their choices, defaults and explanations, the server says; here is only in what order
 * they are asked. A field that no group names is asked in the last one.
 */
import { html, useState, Dialog, useSend, Wrong } from "./ui.js";
import * as api from "./api.js";
import { store } from "./store.js";

const GROUPS = [
	["What is watched", ["name", "dataset", "key", "measure", "percentile", "share_above", "type", "limit"]],
	["When it is bad, and when good again", ["minpost", "of", "clear", "minclear", "absent", "quiet"]],
	["When it may be said", ["window_start", "window_end", "days", "timezone"]],
	["What is said", ["severity", "note", "repost", "tell_clear", "enabled"]],
];
const TITLES = { minpost: "bad for at least", minclear: "good for at least", of: "seconds (m/n)", clear: "good again at", absent: "without data for", quiet: "in seconds without events", window_start: "from", window_end: "until", type: "is bad when it", tell_clear: "say when it is over", repost: "say again every" };
const EVENTS = ["post", "repost", "clear"];

const yes = (v) => ["yes", "true", "on", "1"].includes(String(v));

function Control({ f, id, value, change }) {
	const set = (e) => change(f.name, e.target.value);
	if (f.choices) return html`<select id=${id} value=${value} onChange=${set}>${f.choices.map((c) => html`<option value=${c} selected=${c === value}>${c}</option>`)}</select>`;
	if (f.type === "bool") return html`<input id=${id} type="checkbox" checked=${yes(value)} onChange=${(e) => change(f.name, e.target.checked ? "yes" : "no")} />`;
	const list = { dataset: "names", days: "days", timezone: "zones-of-time" }[f.name];
	return html`<input id=${id} value=${value} required=${f.default === null} list=${list} placeholder=${f.name === "limit" ? "100ms, 5%, 64k" : undefined} onInput=${set} />`;
}

function Field({ f, value, change }) {
	const id = "t-" + f.name;
	return html`<div class="field"><label for=${id}>${TITLES[f.name] || f.name.replace(/_/g, " ")}</label><${Control} f=${f} id=${id} value=${value} change=${change} /><small>${f.help}</small></div>`;
}

function Action({ a, kind, change, remove }) {
	const on = String(a.on || (kind.params.includes("dataset") ? "post" : "post,repost,clear")).split(",");
	const toggle = (e) => change({ ...a, on: EVENTS.filter((x) => (x === e ? !on.includes(x) : on.includes(x))).join(",") });
	return html`<fieldset class="action"><legend>${a.kind}</legend><p class="hint">${kind.help}</p>
		${kind.params.map((p) => html`<label>${p}<input value=${a[p] || ""} list=${p === "dataset" ? "names" : undefined} onInput=${(e) => change({ ...a, [p]: e.target.value })} /></label>`)}
		<div class="on">on ${EVENTS.map((e) => html`<label><input type="checkbox" checked=${on.includes(e)} onChange=${() => toggle(e)} />${e}</label>`)}</div>
		<button type="button" class="link danger" onClick=${remove}>remove</button></fieldset>`;
}

function Actions({ actions, setActions, kinds }) {
	const none = { params: [], help: "" }, put = (i, x) => setActions(actions.map((a, j) => (j === i ? x : a)));
	return html`<fieldset class="part"><legend>What is done</legend>
		${actions.map((a, i) => html`<${Action} key=${i} a=${a} kind=${kinds.find((k) => k.name === a.kind) || none} change=${(x) => put(i, x)} remove=${() => setActions(actions.filter((_, j) => j !== i))} />`)}
		<div class="columns">${kinds.map((k) => html`<button type="button" class="item" title=${k.help} onClick=${() => setActions([...actions, { kind: k.name }])}>+ ${k.name}</button>`)}</div></fieldset>`;
}

/* The fields in their groups; those that no group names in the last. */
function grouped(fields) {
	const named = new Set(GROUPS.flatMap(([, names]) => names)), rest = fields.filter((f) => !named.has(f.name));
	return GROUPS.map(([title, names], i) => [title, [...names.map((n) => fields.find((f) => f.name === n)).filter(Boolean), ...(i === GROUPS.length - 1 ? rest : [])]]);
}

/* fields, kinds: as GET /thresholds tells them; first: the threshold to be changed, or what is known of a new one. */
export function Form({ fields, kinds, first, onClose, onSaved }) {
	const [value, setValue] = useState(() => ({ ...Object.fromEntries(fields.map((f) => [f.name, f.default ?? ""])), ...first })), [actions, setActions] = useState(first.actions || []);
	const change = (k, v) => setValue((old) => ({ ...old, [k]: v }));
	const asked = (f) => !(f.name === "percentile" && value.measure !== "percentile") && !(f.name === "share_above" && value.measure !== "share");
	const [busy, wrong, send] = useSend(async () => {
		const body = Object.fromEntries(fields.filter((f) => f.default === null || String(value[f.name] ?? "") !== f.default).map((f) => [f.name, value[f.name]]));
		body.actions = actions;
		await (first.id ? api.put(`thresholds/${first.id}`, body) : api.post("thresholds", body));
		onSaved();
		onClose();
	});
	return html`<${Dialog} title=${first.id ? "Change the threshold" : "New threshold"} onClose=${onClose} wide=${true}><form class="fields" onSubmit=${send}>
		<datalist id="names">${[...store.datasets.values()].map((d) => html`<option value=${d.name} />`)}</datalist>
		<datalist id="days">${["all", "weekdays", "weekends"].map((d) => html`<option value=${d} />`)}</datalist>
		<datalist id="zones-of-time"><option value="UTC" /><option value=${Intl.DateTimeFormat().resolvedOptions().timeZone} /></datalist>
		${grouped(fields).map(([title, list]) => html`<fieldset class="part"><legend>${title}</legend>${list.filter(asked).map((f) => html`<${Field} key=${f.name} f=${f} value=${value[f.name]} change=${change} />`)}</fieldset>`)}
		<${Actions} actions=${actions} setActions=${setActions} kinds=${kinds} />
		<${Wrong} text=${wrong} />
		<div class="end"><button type="submit" class="primary" disabled=${busy}>${busy ? "Saving" : "Save"}</button></div></form><//>`;
}
