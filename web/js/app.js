/*
 * app.js - the page: top bar, worksheet, the other views, keyboard
 */
import { html, render, useEffect, useState, Tool, Menu, Item, Icon, Dialog, Wait, useSend, Wrong } from "./ui.js";
import * as api from "./api.js";
import * as S from "./scale.js";
import * as Sheet from "./sheet.js";
import { store, set, useStore, start, say, dismiss, attempt, ask, changeSheet, go, readAddress, TABS } from "./store.js";
import { Chart } from "./chart.js";
import { Add } from "./add.js";
import { Cloud } from "./cloudview.js";
import { Datasets } from "./datasets.js";
import { Alerts } from "./alerts.js";
import { Account } from "./account.js";

const SPAN_NAMES = { 60: "1 min", 300: "5 min", 600: "10 min", 3600: "1 hour", 21600: "6 hours", 86400: "1 day", 604800: "1 week", 2592000: "30 days" };

/* Also when a session has ended: the worksheet is still there afterwards. */
function Login() {
	const [byToken, setByToken] = useState(false), ended = !!store.user;
	const [busy, wrong, send] = useSend(async (f) => {
		await api.post("login", byToken ? { token: f.token.trim() } : { user: f.user, password: f.password });
		await start();
	});
	return html`<main class="login"><form onSubmit=${send}><h1><${Logo} /> Glasshouse</h1>
		${ended && html`<p role="status">Your session has ended. Log in again; the worksheet is as you left it.</p>`}
		${byToken ? html`<label>Token<input name="token" key="token" type="password" autocomplete="off" required autofocus /></label><p class="hint">Root of this host finds one in the file token of the data folder, and behind the address that glasshouse run prints.</p>`
		: html`<label>Name<input name="user" autocomplete="username" required autofocus /></label>
		<label>Password<input name="password" type="password" autocomplete="current-password" required /></label>`}
		<${Wrong} text=${wrong} />
		<button type="submit" class="primary" disabled=${busy}>${busy ? "Checking" : "Log in"}</button>
		<button type="button" class="link" onClick=${() => setByToken(!byToken)}>${byToken ? "With name and password" : "With a token"}</button></form></main>`;
}

function Logo() {
	return html`<svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 10l9-7 9 7v11H3z" /><path d="M12 3v18M3 10h18M3 15.5h18M7.5 6.5V21M16.5 6.5V21" /></svg>`;
}

/* ---- the worksheet ---- */

const timeOf = () => ({ span: store.sheet.span, end: store.sheet.end });
const setTime = (r) => changeSheet({ ...store.sheet, ...r });
const pause = () => setTime({ end: store.sheet.end === null ? store.now : null });
const step = (share) => setTime(Sheet.moved(timeOf(), share, store.now));
const zoom = (factor) => setTime(Sheet.zoomed(timeOf(), factor, store.now));

function TimeBar() {
	const { span, end } = store.sheet, live = end === null, to = live ? store.now : end;
	return html`<div class="time" role="toolbar" aria-label="Time">
		<${Tool} icon="back" label="Back in time" keys="←" onClick=${() => step(-0.5)} />
		<${Tool} icon=${live ? "pause" : "play"} label=${live ? "Pause" : "Go on live"} keys="Space" pressed=${!live} onClick=${pause} />
		<${Tool} icon="forward" label="Forward" keys="→" disabled=${live} onClick=${() => step(0.5)} />
		<${Tool} icon="now" label="Forward to now" keys="N" disabled=${live} onClick=${() => setTime({ end: null })} />
		<select class="span" aria-label="Span of time" title="Span of time (1 to 8)" value=${span} onChange=${(e) => setTime({ span: +e.target.value })}>
			${[...new Set([...Sheet.SPANS, span])].sort((a, b) => a - b).map((s) => html`<option value=${s} selected=${s === span}>${SPAN_NAMES[s] || S.duration(s)}</option>`)}</select>
		<${Tool} icon="minus" label="Zoom out" keys="-" onClick=${() => zoom(2)} /><${Tool} icon="plus" label="Zoom in" keys="+" onClick=${() => zoom(0.5)} />
		<span class="when">${live ? html`<b class=${"dot " + store.live}></b>${{ live: "live", connecting: "connecting", lost: "connection lost" }[store.live]}` : `${S.day(to)} ${S.clock(to - span)} – ${S.clock(to)}`}</span>
	</div>`;
}

function SheetMenu() {
	const save = async () => {
		const name = store.sheet.name || (await ask("Name of the worksheet", "Save", ""));
		if (!name) return;
		const body = { ...Sheet.plain({ ...store.sheet, name }), shared: true };
		const saved = await attempt(() => (store.sheet.id ? api.put(`worksheets/${store.sheet.id}`, body) : api.post("worksheets", body)));
		if (!saved) return;
		changeSheet({ ...store.sheet, name, id: saved.id });
		set({ sheets: (await attempt(() => api.get("worksheets")))?.worksheets || store.sheets });
		say(`Saved as ${name}. Its datasets are kept from now on.`);
	};
	const share = async () => {
		const url = location.href.split("#")[0] + "#" + Sheet.toHash(store.sheet);
		history.replaceState(null, "", url);
		try {
			await navigator.clipboard.writeText(url);
			say("The link to this worksheet is in the clipboard.");
		} catch {
			await ask("The link to this worksheet", "Done", url);
		}
	};
	const open = async (s) => {
		const full = await attempt(() => api.get(`worksheets/${s.id}`));
		if (full) changeSheet({ ...Sheet.sane(full), id: s.id });
	};
	const drop = async () => {
		if (!(await ask(`Delete the worksheet ${store.sheet.name}? Its datasets stay.`, "Delete"))) return;
		if ((await attempt(() => api.del(`worksheets/${store.sheet.id}`))) === undefined) return;
		set({ sheets: store.sheets.filter((s) => s.id !== store.sheet.id) });
		changeSheet({ ...store.sheet, id: null, name: "" });
	};
	return html`<${Menu} label="Worksheets" text=${html`${store.sheet.name || "Worksheet"} <${Icon} name="down" />`} wide=${true}>
		<${Item} onClick=${save}>Save${store.sheet.name ? ` “${store.sheet.name}”` : " ..."}<//>
		<${Item} onClick=${share}>Copy a link to it<//>
		<${Item} onClick=${() => changeSheet(Sheet.empty())}>New, empty<//>
		${store.sheet.id && html`<${Item} onClick=${drop}>Delete “${store.sheet.name}”<//>`}
		${store.sheets.length > 0 && html`<hr /><p class="hint">Open:</p>${store.sheets.map((s) => html`<${Item} onClick=${() => open(s)}>${s.name}${s.owner && store.user && s.owner !== store.user.name ? html` <small>of ${s.owner}</small>` : ""}<//>`)}`}
	<//>`;
}

/* What to look at first; of it, what the catalogue has: [title, what it tells, [[statistic, field ..]]]. */
const STARTERS = [
	["A disk is slow", "How long disks, files and syncs take, as heat maps. Drag over the slow part, and ask whose it is.", [["fs.sync", "latency"], ["io.ops", "latency"], ["fs.ops", "latency"], ["disk.utilization", "disk"]]],
	["The CPUs are busy", "Who runs, who waits to run, and on which code.", [["cpu.utilization", "mode"], ["cpu.usage", "execname"], ["cpu.runqueue", "latency"], ["cpu.usage", "zone"]]],
	["Zone by zone", "CPU, memory, disk, network and system calls of each zone.", [["cpu.usage", "zone"], ["zone.memory", "zone"], ["syscall.ops", "zone"], ["io.bytes", "zone"], ["tcp.bytes", "zone"]]],
	["The network", "Bytes by device, connections, what is sent again.", [["nic.bytes", "device"], ["tcp.bytes", "zone"], ["tcp.connects", "execname"], ["tcp.retransmits"]]],
	["System calls", "Which ones, how long they take, who makes them.", [["syscall.ops", "latency"], ["syscall.ops", "syscall"], ["syscall.ops", "execname"]]],
	["The whole host", "CPU, disk, network and memory at a glance.", [["cpu.utilization", "mode"], ["io.ops", "latency"], ["nic.bytes", "device"], ["memory.components", "component"]]],
];

function starter(list) {
	return list.filter(([stat, field]) => store.catalogue.some((s) => s.name === stat && (!field || s.fields.some((f) => f.name === field)))).map(([stat, field]) => Sheet.chart(stat + (field ? `[${field}]` : "")));
}

function Welcome({ onAdd }) {
	const ready = STARTERS.map(([name, tells, list]) => [name, tells, starter(list)]).filter(([, , l]) => l.length);
	const open = (charts) => changeSheet({ ...store.sheet, span: 60, charts });
	return html`<div class="welcome"><h2>What would you like to see?</h2><p>Nothing is measured, and nothing costs anything, until it is looked at.</p>
		<div class="starters">${ready.map(([name, tells, list]) => html`<button type="button" onClick=${() => open(list)}><b>${name}</b><small>${tells}</small></button>`)}</div>
		<p class="or"><button type="button" class="primary" onClick=${onAdd}>Choose among ${store.catalogue.length} statistics</button> <button type="button" class="link" onClick=${() => go("cloud")}>or look at the cloud of zones</button></p></div>`;
}

function Worksheet({ onAdd }) {
	const charts = store.sheet.charts;
	if (!charts.length) return html`<${Welcome} onAdd=${onAdd} />`;
	return html`<div class="charts">${charts.map((c, i) => html`<${Chart} key=${c.id} chart=${c} index=${i} count=${charts.length} />`)}
		<button type="button" class="add-chart" onClick=${onAdd}><${Icon} name="plus" /> Add a statistic</button></div>`;
}

/* ---- keyboard ---- */

const KEYS = [["Space", "pause, go on"], ["← →", "back, forward in time"], ["+ −", "zoom in, out"], ["N", "forward to now"], ["1 … 8", "a minute … 30 days"], ["A", "add a statistic"], ["J K", "next, previous chart"],
	["in a chart: ← →", "the second before, after"], ["in a chart: Enter", "drill down"], ["in a chart: V Y C O", "view, value axis, colour, outliers"], ["in a chart: Del", "remove it"], ["Drag", "choose a range of time or values"], ["Click", "a second: every list shows its values"], ["Double click", "zoom out"], ["Shift-click a key", "select several"], ["Shift-click the funnel", "every key its colour"], ["?", "this help"]];

function onKey(e, add, help) {
	if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName) || document.querySelector("dialog[open]")) return;
	if (e.key === " " && e.target.tagName === "BUTTON") return;
	const all = [...document.querySelectorAll(".chart canvas.front")], at = all.indexOf(document.activeElement);
	const act = {
		" ": pause, ArrowLeft: () => step(-0.5), ArrowRight: () => step(0.5), "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), n: () => setTime({ end: null }), a: add, "?": help,
		j: () => (all[at + 1] || all[0])?.focus(), k: () => (all[at - 1] || all[all.length - 1])?.focus(),
	}[e.key] || (/^[1-8]$/.test(e.key) && (() => setTime({ span: Sheet.SPANS[e.key - 1] })));
	if (!act || (store.tab !== "sheet" && e.key !== "?")) return;
	act();
	e.preventDefault();
}

/* ---- theme ---- */

function applyTheme() {
	let chosen = null;
	try {
		chosen = localStorage.getItem("theme");
	} catch { /* storage may be forbidden */ }
	const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
	document.documentElement.dataset.theme = dark ? "dark" : "light";
	set({ dark });
}

function toggleTheme() {
	try {
		localStorage.setItem("theme", store.dark ? "light" : "dark");
	} catch { /* it lasts as long as the page, then */ }
	document.documentElement.dataset.theme = store.dark ? "light" : "dark";
	set({ dark: !store.dark });
}

/* ---- the frame of it all ---- */

function Question({ q }) {
	const [text, setText] = useState(q.value), send = (e) => (e.preventDefault(), q.resolve(q.value === undefined ? true : text));
	return html`<${Dialog} title=${q.yes} onClose=${() => q.resolve(null)}><form class="fields" onSubmit=${send}>
		${q.value === undefined ? html`<p>${q.text}</p>` : html`<label>${q.text}<input value=${text} onInput=${(e) => setText(e.target.value)} /></label>`}
		<div class="end"><button type="button" class="tool" onClick=${() => q.resolve(null)}>Cancel</button><button type="submit" class="primary">${q.yes}</button></div></form><//>`;
}

function AccountMenu() {
	const { user } = store;
	if (!user || !user.name) return null;
	const logout = async () => {
		await attempt(() => api.post("logout"));
		location.reload();
	};
	return html`<${Menu} label="Account" text=${html`${user.name} <${Icon} name="down" />`}><p class="hint">${user.role}${user.zones.length ? ` of zone ${user.zones.join(", ")}` : ""}</p>
		<${Item} onClick=${() => go("account")}>${user.role === "operator" ? "Accounts and tokens" : "Password and tokens"}<//><${Item} onClick=${logout}>Log out<//><//>`;
}

function Top({ onAdd, onHelp }) {
	const sheet = store.tab === "sheet";
	return html`<header class="top"><div class=${"working" + (store.busy ? " on" : "")} role="progressbar" aria-label="Working" aria-hidden=${String(!store.busy)}></div><h1><${Logo} /> <span>Glasshouse</span></h1>
		<nav aria-label="Views">${TABS.map(([id, name]) => html`<button type="button" class="tab" aria-current=${store.tab === id ? "page" : undefined} onClick=${() => go(id)}>${name}${id === "alerts" && store.unseen ? html` <b class="badge">${store.unseen}</b>` : ""}</button>`)}</nav>
		${sheet && html`<${SheetMenu} /><${TimeBar} />`}
		<span class="grow"></span>
		${sheet && html`<${Tool} icon="plus" label="Add a statistic" keys="A" onClick=${onAdd} />`}
		<${Tool} icon="sun" label=${store.dark ? "Light colours" : "Dark colours"} onClick=${toggleTheme} />
		<${Tool} icon="help" label="Keyboard" keys="?" onClick=${onHelp} />
		<${AccountMenu} />
	</header>`;
}

function Banners() {
	return html`${store.live === "lost" && html`<p class="banner" role="alert">The connection to the server is lost; what you see is no longer live. The page tries again by itself.</p>`}
		${store.status && store.status.error && html`<p class="banner" role="alert">${store.status.error}</p>`}`;
}

const VIEWS = { cloud: Cloud, datasets: Datasets, alerts: Alerts, account: Account };

function App() {
	useStore();
	const [adding, setAdding] = useState(false), [help, setHelp] = useState(false), add = () => setAdding(true);
	useEffect(() => {
		const key = (e) => onKey(e, add, () => setHelp(true));
		addEventListener("keydown", key);
		return () => removeEventListener("keydown", key);
	}, []);
	if (store.login) return html`<${Login} />`;
	const View = VIEWS[store.tab];
	return html`
		<a class="skip" href="#main" onClick=${(e) => (e.preventDefault(), document.getElementById("main").focus())}>Skip to the content</a>
		<${Top} onAdd=${add} onHelp=${() => setHelp(true)} />
		<${Banners} />
		<main id="main" tabindex="-1" key=${store.user && store.user.name}>
			${!store.ready ? html`<${Wait} text="Loading" />` : View ? html`<${View} />` : html`<${Worksheet} onAdd=${add} />`}
		</main>
		<div class="messages" role="status" aria-live="polite">${store.messages.map((m) => html`<div key=${m.id} class=${"message " + m.kind}><span>${m.text}</span><${Tool} icon="close" label="Dismiss" onClick=${() => dismiss(m.id)} /></div>`)}</div>
		${adding && html`<${Add} onClose=${() => setAdding(false)} />`}
		${store.question && html`<${Question} q=${store.question} />`}
		${help && html`<${Dialog} title="Keyboard and pointer" onClose=${() => setHelp(false)}><table class="help"><tbody>${KEYS.map(([k, what]) => html`<tr><th scope="row">${k}</th><td>${what}</td></tr>`)}</tbody></table><//>`}`;
}

applyTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", applyTheme);
readAddress();
addEventListener("hashchange", () => (/^#token=/.test(location.hash) ? start() : readAddress()));
render(html`<${App} />`, document.getElementById("app"));
start();
setInterval(async () => {
	try {
		const status = await api.get("status");
		set({ status });
	} catch { /* the stream tells of it */ }
}, 10000);
