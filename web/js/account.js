/*
 * account.js - who one is and who else may ask: one's password, tokens and sessions; for operators all accounts
 */
import { html, useEffect, useState, Dialog, Wait, useSend, Wrong } from "./ui.js";
import * as api from "./api.js";
import * as S from "./scale.js";
import { store, attempt, ask, say } from "./store.js";

const LIFETIMES = [[30, "30 days"], [90, "90 days"], [365, "a year"], [0, "until revoked"]];

const when = (t) => (t ? `${S.day(t)} ${S.clock(t)}` : "never");

/* ---- the password ---- */

function Password() {
	const [busy, wrong, send] = useSend(async (f, form) => {
		if (f.new !== f.again) throw new Error("The two new passwords are not the same.");
		await api.post("password", { old: f.old, new: f.new });
		form.reset();
		say("The password is changed. All other sessions have ended.");
	});
	const field = (name, label, complete) => html`<label>${label}<input name=${name} type="password" required minlength=${name === "old" ? undefined : 8} maxlength="256" autocomplete=${complete} /></label>`;
	return html`<section class="panel"><h2>Password</h2><form class="fields narrow" onSubmit=${send}><input type="hidden" autocomplete="username" value=${store.user.name} />
		${field("old", "The one until now", "current-password")}${field("new", "A new one, of 8 characters or more", "new-password")}${field("again", "The new one again", "new-password")}
		<${Wrong} text=${wrong} /><p><button type="submit" class="primary" disabled=${busy}>Change the password</button></p></form></section>`;
}

/* ---- tokens ---- */

/* A token is shown once: only its hash is kept. */
function Fresh({ token, onClose }) {
	const copy = () => navigator.clipboard.writeText(token).then(() => say("The token is in the clipboard."), () => say("The browser does not let this page use the clipboard: select it by hand.", "error"));
	return html`<${Dialog} title="The new token" onClose=${onClose}><p>It is shown this once. Whoever has it may what you may.</p>
		<p class="code" tabindex="0">${token}</p><p class="hint">curl -H "Authorization: Bearer …" ${location.origin}/api/v1/datasets</p>
		<div class="end"><button type="button" class="primary" onClick=${copy}>Copy</button></div><//>`;
}

function TokenRow({ t, reload }) {
	const revoke = async () => {
		if (t.this && !(await ask("This is what this page is logged in with. Log out?", "Log out"))) return;
		if (!t.this && !(await ask(`${t.session ? "End the session" : `Revoke the token ${t.label}`} of ${t.account}?`, t.session ? "End it" : "Revoke"))) return;
		if ((await attempt(() => api.del(`tokens/${t.id}`))) !== undefined) reload();
	};
	return html`<tr><td>${t.account}</td><td>${t.session ? "session" : "token"}</td><td>${t.label}${t.this ? " (this one)" : ""}</td><td>${when(t.created)}</td><td>${when(t.used)}</td><td>${t.expires ? when(t.expires) : "until revoked"}</td>
		<td class="actions"><button type="button" class="link danger" aria-label=${`${t.session ? "End session" : "Revoke"} ${t.label} of ${t.account}`} onClick=${revoke}>${t.session ? "end" : "revoke"}</button></td></tr>`;
}

function Tokens({ tokens, reload }) {
	const [fresh, setFresh] = useState(null);
	const [busy, wrong, send] = useSend(async (f, form) => {
		const { token } = await api.post("tokens", { label: f.label, days: +f.days });
		form.reset();
		setFresh(token);
		reload();
	});
	return html`<section class="panel"><h2>Tokens and sessions</h2><p class="hint">A token lets a program ask in your name. A session is a browser that has logged in.</p>
		<div class="table full" tabindex="0"><table><thead><tr><th>Account</th><th>Kind</th><th>Label</th><th>Made</th><th>Last used</th><th>Ends</th><th><span class="visually-hidden">Actions</span></th></tr></thead>
			<tbody>${tokens.map((t) => html`<${TokenRow} key=${t.id} t=${t} reload=${reload} />`)}</tbody></table></div>
		<form class="bar" onSubmit=${send}><label>Label <input name="label" required maxlength="63" placeholder="what it is for" /></label>
			<label>Lasts <select name="days">${LIFETIMES.map(([d, text]) => html`<option value=${d}>${text}</option>`)}</select></label>
			<button type="submit" class="primary" disabled=${busy}>New token</button></form><${Wrong} text=${wrong} />
		${fresh && html`<${Fresh} token=${fresh} onClose=${() => setFresh(null)} />`}</section>`;
}

/* ---- accounts, for operators ---- */

function AccountForm({ first, zones, onClose, onSaved }) {
	const [role, setRole] = useState(first.role || "tenant"), old = !!first.name;
	const [busy, wrong, send] = useSend(async (f) => {
		const name = first.name || f.name;
		if (!old && store.accounts.some((a) => a.name === name)) throw new Error(`There is an account ${name} already.`);
		await api.put(`accounts/${encodeURIComponent(name)}`, { role, ...(role === "tenant" ? { zones: f.zones.split(/[\s,]+/).filter(Boolean) } : {}), ...(f.password ? { password: f.password } : {}), disabled: f.disabled === "on" });
		onSaved();
		onClose();
	});
	return html`<${Dialog} title=${old ? `Change ${first.name}` : "New account"} onClose=${onClose}><form class="fields narrow" onSubmit=${send}>
		<datalist id="zone-names">${zones.map((z) => html`<option value=${z} />`)}</datalist>
		${!old && html`<label>Name<input name="name" required maxlength="63" autocomplete="off" /></label>`}
		<label>Role<select name="role" value=${role} onChange=${(e) => setRole(e.target.value)}>${["tenant", "operator"].map((r) => html`<option value=${r} selected=${r === role}>${r}</option>`)}</select></label>
		<p class="hint">${role === "tenant" ? "Sees these zones and what he makes of them, nothing else." : "Sees and may do everything."}</p>
		${role === "tenant" && html`<label>Zones, with blanks between<input name="zones" required maxlength="511" list="zone-names" defaultValue=${(first.zones || []).join(" ")} value=${(first.zones || []).join(" ")} autocomplete="off" /></label>`}
		<label>${old ? "New password (empty: as it is)" : "Password, of 8 characters or more"}<input name="password" type="password" minlength="8" maxlength="256" required=${!old} autocomplete="new-password" /></label>
		${old && html`<label class="check"><input name="disabled" type="checkbox" checked=${first.disabled} /> Disabled: lets nobody in</label><p class="hint">What is changed here ends the account's sessions.</p>`}
		<${Wrong} text=${wrong} /><div class="end"><button type="submit" class="primary" disabled=${busy}>Save</button></div></form><//>`;
}

function AccountRow({ a, change, reload }) {
	const own = a.name === store.user.name, body = { role: a.role, zones: a.zones };
	const remove = async () => (await ask(`Delete the account ${a.name} and its tokens?`, "Delete")) && (await attempt(() => api.del(`accounts/${encodeURIComponent(a.name)}`))) !== undefined && reload();
	const toggle = async () => (await attempt(() => api.put(`accounts/${encodeURIComponent(a.name)}`, { ...body, disabled: !a.disabled }))) !== undefined && reload();
	return html`<tr><td>${a.name}${own ? " (you)" : ""}</td><td>${a.role}</td><td>${a.zones.join(", ") || "all"}</td><td class=${a.disabled ? "warn" : ""}>${a.disabled ? "disabled" : "enabled"}</td><td class="n">${a.tokens}</td><td>${when(a.used)}</td><td>${when(a.created)}</td>
		<td class="actions"><button type="button" class="link" onClick=${() => change(a)}>change</button><button type="button" class="link" disabled=${own} onClick=${toggle}>${a.disabled ? "enable" : "disable"}</button><button type="button" class="link danger" disabled=${own} onClick=${remove}>delete</button></td></tr>`;
}

function AccountList({ accounts, reload }) {
	const [form, setForm] = useState(null), [zones, setZones] = useState([]);
	useEffect(() => void api.get("zones").then((a) => setZones(a.zones.map((z) => z.name)), () => {}), []);
	return html`<section class="panel"><h2>Accounts</h2>
		<div class="table full" tabindex="0"><table><thead><tr><th>Name</th><th>Role</th><th>Zones</th><th>State</th><th class="n">Tokens</th><th>Last seen</th><th>Made</th><th><span class="visually-hidden">Actions</span></th></tr></thead>
			<tbody>${accounts.map((a) => html`<${AccountRow} key=${a.name} a=${a} change=${setForm} reload=${reload} />`)}</tbody></table></div>
		${!accounts.length && html`<p class="hint">None yet: only who can read the token on this host comes in.</p>`}
		<button type="button" class="primary" onClick=${() => setForm({})}>New account</button>
		${form && html`<${AccountForm} first=${form} zones=${zones} onClose=${() => setForm(null)} onSaved=${reload} />`}</section>`;
}

export function Account() {
	const operator = store.user.role === "operator", local = store.user.name === "local", [data, setData] = useState(null);
	const load = () => attempt(async () => {
		const [{ tokens }, all] = await Promise.all([api.get("tokens", operator ? { account: "*" } : {}), operator ? api.get("accounts") : { accounts: [] }]);
		store.accounts = all.accounts;
		setData({ tokens, accounts: all.accounts });
	});
	useEffect(() => void load(), []);
	return html`<div class="page"><h2 class="who">${local ? "The operator, by the token on this host" : store.user.name} <small>${operator ? "sees every zone" : `sees zone ${store.user.zones.join(", ")}`}</small></h2>
		${!data ? html`<${Wait} text="Loading" />` : html`${operator && html`<${AccountList} accounts=${data.accounts} reload=${load} />`}<${Tokens} tokens=${data.tokens} reload=${load} />`}
		${!local && html`<${Password} />`}</div>`;
}
