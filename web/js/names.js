/*
 * names.js - names of addresses, where the server may ask for them and the user wants to see them
 *
 * Off until chosen in a chart's menu; this browser remembers that. Addresses stay the keys: a name is only shown, and what is
 * asked further is of the address.
 */
import { useEffect, useState } from "./ui.js";
import * as api from "./api.js";
import { store, set } from "./store.js";

const known = new Map(), MOST = 64, AGAIN_MS = 1500;

export const isAddress = (dataset) => /^(remote|host)$/.test(dataset.key_field);
/* May they be shown? */
export const offered = (dataset) => Boolean(store.status && store.status.names && isAddress(dataset));
const wanted = () => localStorage.getItem("names") === "on";
export const shown = (dataset) => offered(dataset) && wanted();

export function toggle() {
	localStorage.setItem("names", wanted() ? "off" : "on");
	set({});
}

/* The name of an address; undefined: none, or not yet. */
export const nameOf = (address) => known.get(address) || undefined;

/* Has the names of these keys asked for, until each has one or is known to have none. */
export function useNames(dataset, keys) {
	const [round, again] = useState(0), on = shown(dataset), missing = on ? keys.filter((k) => k !== "other" && !known.has(k)).slice(0, MOST) : [];
	useEffect(() => {
		if (!missing.length) return undefined;
		const ask = () => api.get("names", { address: missing }).then((a) => Object.entries(a.names).forEach(([k, v]) => known.set(k, v)), () => {}).then(() => again(round + 1));
		const timer = setTimeout(ask, round ? AGAIN_MS : 0);
		return () => clearTimeout(timer);
	}, [missing.join(" "), round]);
	return on;
}
