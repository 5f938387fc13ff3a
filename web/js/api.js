/*
 * api.js - the HTTP API as functions
 *
 * Every failure is an Error whose message says what is wrong and what to do; .status is that of HTTP
 * (0: the server was not reached).
 */

export class ApiError extends Error {
	constructor(status, code, message, hint) {
		super(hint ? `${message} ${hint}` : message);
		this.status = status;
		this.code = code;
	}
}

let refused = () => {};

/* f is called whenever nobody is logged in, or no longer. */
export function onRefused(f) {
	refused = f;
}

async function request(method, path, body, signal) {
	let response;
	try {
		response = await fetch(path, {
			method, signal, credentials: "same-origin", cache: "no-store",
			headers: body === undefined ? {} : { "Content-Type": "application/json" },
			body: body === undefined ? undefined : JSON.stringify(body),
		});
	} catch (e) {
		if (e.name === "AbortError") throw e;
		throw new ApiError(0, "unreachable", "The server cannot be reached.", "Is analyticsd running? This page goes on by itself when it is back.");
	}
	if (response.status === 204) return null;
	const type = response.headers.get("Content-Type") || "";
	const answer = type.includes("json") ? await response.json().catch(() => null) : await response.text();
	if (!response.ok) {
		const e = (answer && answer.error) || {};
		if (response.status === 401) refused();
		throw new ApiError(response.status, e.code || "error", e.message || `The server answered ${response.status}.`, e.hint);
	}
	return answer;
}

const query = (o) => {
	const q = new URLSearchParams();
	for (const [k, v] of Object.entries(o)) for (const one of Array.isArray(v) ? v : [v]) if (one !== undefined && one !== null) q.append(k, one);
	const text = q.toString();
	return text ? "?" + text : "";
};

export const get = (path, parameters = {}, signal) => request("GET", "api/v1/" + path + query(parameters), undefined, signal);
export const post = (path, body = {}) => request("POST", "api/v1/" + path, body);
export const put = (path, body) => request("PUT", "api/v1/" + path, body);
export const patch = (path, body) => request("PATCH", "api/v1/" + path, body);
export const del = (path) => request("DELETE", "api/v1/" + path);

/*
 * The live stream: one connection for all charts of the page, opened anew when the set of datasets has
 * changed. on.tick(t), on.second(m), on.alert(a), on.state("connecting" | "live" | "lost").
 */
export class Live {
	constructor(on) {
		this.on = on;
		this.ids = "";
		this.source = null;
	}

	want(ids) {
		const key = [...new Set(ids)].sort((a, b) => a - b).join(",");
		if (key === this.ids && this.source && this.source.readyState !== 2) return;
		this.ids = key;
		this.close();
		if (document.hidden) return;
		const source = new EventSource("api/v1/live" + query({ dataset: key ? key.split(",") : [] }));
		this.source = source;
		this.on.state("connecting");
		source.addEventListener("hello", (e) => this.on.state("live", JSON.parse(e.data)));
		source.addEventListener("tick", (e) => this.on.tick(JSON.parse(e.data).t));
		source.addEventListener("second", (e) => this.on.second(JSON.parse(e.data)));
		source.addEventListener("alert", (e) => this.on.alert(JSON.parse(e.data)));
		source.onerror = () => {
			this.on.state("lost");
			/* The browser tries again by itself unless the server refused: a question tells whether that was for want of a login. */
			if (source.readyState === 2) setTimeout(() => this.source === source && get("status").then(() => this.want(this.ids.split(",")), (e) => e.status === 401 || source.onerror()), 3000);
		};
	}

	close() {
		if (this.source) this.source.close();
		this.source = null;
	}
}
