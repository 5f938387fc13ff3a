/*
 * store.js - what the whole page knows: who asks, the catalogue, the datasets, the time, the stream
 *
 * One observable object. Charts take part in the stream by onSecond(); everything else reads
 * useStore(). now is the end of the newest second that the server closed, not the browser's clock.
 */
import { useState, useEffect } from "../vendor/preact-htm.js";
import * as api from "./api.js";
import * as Sheet from "./sheet.js";
import { parse, words } from "./name.js";
import { show } from "./scale.js";

export const store = {
	user: null, /* {name, role, zone} */
	login: false, /* ask for a password: nobody is logged in, or no longer */
	question: null, /* {text, yes, value, resolve}: see ask() */
	catalogue: [], datasets: new Map(), zones: [],
	now: Math.floor(Date.now() / 1000), live: "connecting", status: null,
	sheet: Sheet.empty(), sheets: [], tab: "sheet",
	pinned: null, hover: null,
	busy: 0, messages: [], alerts: [], unseen: 0,
	dark: false, ready: false,
};

const listeners = new Set(), secondListeners = new Map(), tickListeners = new Set();
let scheduled = false;

export function set(changes) {
	Object.assign(store, changes);
	if (scheduled) return;
	scheduled = true;
	queueMicrotask(() => {
		scheduled = false;
		for (const l of [...listeners]) l();
	});
}

export function useStore() {
	const [, again] = useState(0);
	useEffect(() => {
		const l = () => again((n) => n + 1);
		listeners.add(l);
		l();
		return () => listeners.delete(l);
	}, []);
	return store;
}

/* ---- messages ---- */

let nextMessage = 1;

export function say(text, kind = "info") {
	const id = nextMessage++;
	set({ messages: [...store.messages.filter((m) => m.text !== text), { id, text, kind }].slice(-4) });
	setTimeout(() => dismiss(id), kind === "error" ? 15000 : 5000);
}

export function dismiss(id) {
	set({ messages: store.messages.filter((m) => m.id !== id) });
}

/* Runs what may fail: shows that it waits, tells what went wrong. -> the result, undefined after an error. */
export async function attempt(work) {
	set({ busy: store.busy + 1 });
	try {
		return await work();
	} catch (e) {
		if (e.name !== "AbortError" && e.status !== 401) say(e.message, "error");
		return undefined;
	} finally {
		set({ busy: store.busy - 1 });
	}
}

/* Asks before something that cannot be undone; with a value, for a text. -> the text, true, or null. */
export function ask(text, yes, value) {
	return new Promise((resolve) => set({ question: { text, yes, value, resolve: (answer) => (set({ question: null }), resolve(answer)) } }));
}

api.onRefused(() => set({ login: true, ready: true }));

/* ---- the stream ---- */

const stream = new api.Live({
	state(state) {
		set({ live: state });
	},
	second(m) {
		const d = store.datasets.get(m.dataset);
		if (d && m.cost) d.cost = m.cost;
		if (d && d.state === "enabling") (d.state = "active"), set({});
		for (const l of secondListeners.get(m.dataset) || []) l(m);
	},
	alert(a) {
		set({ alerts: [a, ...store.alerts.filter((b) => b.id !== a.id)].slice(0, 200), unseen: store.unseen + 1 });
		say(`${a.state === "cleared" ? "Cleared" : "Alert"}: ${a.text}`, a.state === "cleared" ? "info" : "error");
	},
});
stream.on.tick = (t) => {
	store.now = t;
	for (const l of tickListeners) l(t);
};

function rewire() {
	stream.want([...secondListeners.keys()]);
}

let rewiring = null;
export function onSecond(id, listener) {
	if (!secondListeners.has(id)) secondListeners.set(id, new Set());
	secondListeners.get(id).add(listener);
	clearTimeout(rewiring);
	rewiring = setTimeout(rewire, 20);
	return () => {
		const all = secondListeners.get(id);
		all.delete(listener);
		if (!all.size) secondListeners.delete(id);
		clearTimeout(rewiring);
		rewiring = setTimeout(rewire, 20);
	};
}

/* The pointer's second moves with every pixel: only the layers that show it are told. */
const hoverListeners = new Set();

export function setHover(t) {
	if (store.hover === t) return;
	store.hover = t;
	for (const l of hoverListeners) l();
}

export function onHover(listener) {
	hoverListeners.add(listener);
	return () => hoverListeners.delete(listener);
}

export function onTick(listener) {
	tickListeners.add(listener);
	return () => tickListeners.delete(listener);
}

document.addEventListener("visibilitychange", () => {
	if (document.hidden) stream.close(), set({ live: "connecting" });
	else rewire();
});

/* ---- the catalogue and datasets ---- */

export function stat(name) {
	return store.catalogue.find((s) => s.name === name);
}

export function fieldTitles(statName) {
	const s = stat(statName);
	return s ? Object.fromEntries(s.fields.map((f) => [f.name, f.title.toLowerCase()])) : {};
}

/* A dataset's name in words, with titles and units of the catalogue. */
export function describeName(name) {
	const n = parse(name), s = n && stat(n.stat);
	const unit = (field) => s && s.fields.find((f) => f.name === field && f.type === "numeric")?.unit;
	return n ? words(name, fieldTitles(n.stat), (field, v) => (unit(field) ? show(+v, unit(field)) : v)) : name;
}

export async function ensureDataset(name) {
	for (const d of store.datasets.values()) if (d.name === name) return d;
	const d = await api.post("datasets", { name });
	store.datasets.set(d.id, d);
	set({});
	return d;
}

export async function refreshDatasets() {
	const { datasets } = await api.get("datasets");
	set({ datasets: new Map(datasets.map((d) => [d.id, d])) });
}

export async function changeDataset(id, changes) {
	const d = await attempt(() => api.patch(`datasets/${id}`, changes));
	if (d) {
		store.datasets.set(d.id, d);
		set({});
	}
	return d;
}

/* A first visit may come with a token in the part of the URL that is never sent: it becomes a session. */
async function useToken() {
	const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
	if (!token) return;
	history.replaceState(null, "", location.pathname);
	await api.post("login", { token }).catch((e) => say(e.message, "error"));
}

export async function start() {
	try {
		await useToken();
		const [status, { statistics }] = await Promise.all([api.get("status"), api.get("catalogue")]);
		set({ status, user: status.user, catalogue: statistics, now: status.now || store.now, login: false });
		await refreshDatasets();
		const { worksheets } = await api.get("worksheets");
		const { alerts } = await api.get("alerts").catch(() => ({ alerts: [] }));
		set({ sheets: worksheets, alerts, ready: true });
		rewire();
		return true;
	} catch (e) {
		if (e.status !== 401) {
			set({ live: "lost" });
			say(e.message, "error");
			setTimeout(start, 3000);
		}
		return false;
	}
}

/* ---- the worksheet ---- */

export function changeSheet(sheet) {
	set({ sheet });
	saveHash();
}

export function changeChart(id, changes) {
	changeSheet(Sheet.replace(store.sheet, id, changes));
}

/* Adds a chart behind that with the id `after`, at the end without one, and shows it. -> its id */
export function addChart(dataset, more, after) {
	const one = Sheet.chart(dataset, { ...more, fresh: true }), charts = [...store.sheet.charts], at = charts.findIndex((c) => c.id === after);
	charts.splice(at < 0 ? charts.length : at + 1, 0, one);
	changeSheet({ ...store.sheet, charts });
	if (store.tab !== "sheet") go("sheet");
	return one.id;
}

/* ---- the address: the worksheet as it is, or the name of another view ---- */

export const TABS = [["sheet", "Worksheet"], ["cloud", "Cloud"], ["datasets", "Datasets"], ["alerts", "Alerts"]];

function address() {
	return "#" + (store.tab === "sheet" ? Sheet.toHash(store.sheet) : store.tab);
}

/* Another view; the browser's Back leads here again. */
export function go(tab) {
	if (tab === store.tab) return;
	set({ tab, hover: null });
	clearTimeout(hashTimer);
	history.pushState(null, "", address());
}

export function readAddress() {
	const hash = location.hash.slice(1);
	if (/^token=/.test(hash)) return;
	if (hash === "account" || TABS.some(([id]) => id === hash)) set({ tab: hash });
	else if (hash.includes("=")) set({ tab: "sheet", sheet: { ...Sheet.fromHash(hash), id: store.sheet.id } });
	else set({ tab: "sheet" });
}

let hashTimer = null;
function saveHash() {
	clearTimeout(hashTimer);
	hashTimer = setTimeout(() => {
		if (store.tab === "sheet") history.replaceState(null, "", address());
	}, 200);
}

/* The time of the sheet, or of a chart that has its own. */
export function changeRange(chart, range) {
	if (chart && chart.range) changeChart(chart.id, { range });
	else changeSheet({ ...store.sheet, ...range });
}
