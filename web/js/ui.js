/*
 * ui.js - the small parts that all views share
 */
import { html, useEffect, useRef, useState } from "../vendor/preact-htm.js";

export { html, useEffect, useRef, useState };
export { useLayoutEffect, useMemo, useCallback, render } from "../vendor/preact-htm.js";

const ICONS = {
	line: "M2 12l4-5 3 3 5-7", stack: "M2 13V9l4-3 4 2 4-5v10z", heat: "M2 2h3v3H2zM6 6h3v3H6zM10 9h4v4h-4zM2 10h3v3H2zM10 3h3v3h-3z",
	flame: "M2 14h12M2 11h9M2 8h6M4 5h3", pause: "M5 3v10M11 3v10", play: "M4 3l9 5-9 5z", back: "M10 3L5 8l5 5", forward: "M6 3l5 5-5 5",
	now: "M4 3l5 5-5 5M12 3v10", plus: "M8 3v10M3 8h10", minus: "M3 8h10", close: "M4 4l8 8M12 4l-8 8", menu: "M3 4h10M3 8h10M3 12h10",
	drill: "M3 3h10L9 8v5l-2-1V8z", up: "M3 10l5-5 5 5", down: "M3 6l5 5 5-5", link: "M7 9l3-3M6 5l2-2a3 3 0 014 4l-2 2M10 11l-2 2a3 3 0 01-4-4l2-2",
	save: "M3 3h8l2 2v8H3zM5 3v4h5V3", sun: "M8 5a3 3 0 100 6 3 3 0 000-6zM8 1v2M8 13v2M1 8h2M13 8h2", sync: "M3 7a5 5 0 019-2l1 1M13 9a5 5 0 01-9 2l-1-1M13 3v3h-3M3 13v-3h3",
	help: "M6 6a2 2 0 114 0c0 1.5-2 1.5-2 3M8 12v.5", crop: "M2 5h12M5 2l3 3 3-3M2 9h12M5 14l3-3 3 3",
};

export function Icon({ name }) {
	return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${ICONS[name]} /></svg>`;
}

/* A button with an icon; label is what it does, for the eye (title) and the ear. */
export function Tool({ icon, label, pressed, onClick, children, disabled, keys }) {
	return html`<button type="button" class="tool" title=${keys ? `${label} (${keys})` : label} aria-label=${label}
		aria-pressed=${pressed === undefined ? undefined : String(!!pressed)} disabled=${disabled} onClick=${onClick}>
		${icon && html`<${Icon} name=${icon} />`}${children}</button>`;
}

/* A menu behind a button: closes by Escape, by a click outside, by choosing. onShift: what a click with Shift does instead. */
export function Menu({ label, icon, children, wide, text, onShift }) {
	const [open, setOpen] = useState(false), root = useRef();
	useEffect(() => {
		if (!open) return undefined;
		const away = (e) => !root.current.contains(e.target) && setOpen(false);
		document.addEventListener("pointerdown", away);
		const first = root.current.querySelector(".menu button, .menu input, .menu select, .menu a");
		if (first) first.focus();
		return () => document.removeEventListener("pointerdown", away);
	}, [open]);
	const key = (e) => {
		if (!open) return;
		if (e.key === "Escape") {
			setOpen(false);
			root.current.querySelector("button").focus();
			e.stopPropagation();
		} else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
			const all = [...root.current.querySelectorAll(".menu button:not(:disabled), .menu a, .menu input, .menu select")], at = all.indexOf(document.activeElement);
			if (document.activeElement.tagName === "SELECT") return;
			(all[(at + (e.key === "ArrowDown" ? 1 : all.length - 1)) % all.length] || all[0]).focus();
			e.preventDefault();
			e.stopPropagation();
		}
	};
	return html`<div class="menu-root" ref=${root} onKeyDown=${key}>
		<button type="button" class="tool" title=${label} aria-label=${text ? undefined : label} aria-haspopup="true" aria-expanded=${String(open)} onClick=${(e) => (e.shiftKey && onShift ? onShift() : setOpen(!open))}>
			${icon && html`<${Icon} name=${icon} />`}${text}</button>
		${open && html`<div class=${"menu" + (wide ? " wide" : "")} role="group" aria-label=${label}
			onClick=${(e) => e.target.closest("[data-close]") && setOpen(false)}>${children}</div>`}
	</div>`;
}

export function Item({ onClick, children, disabled, pressed }) {
	return html`<button type="button" class="item" data-close="1" disabled=${disabled} aria-pressed=${pressed === undefined ? undefined : String(!!pressed)} onClick=${onClick}>${children}</button>`;
}

export function Dialog({ title, onClose, children, wide }) {
	const root = useRef();
	useEffect(() => {
		const before = document.activeElement, d = root.current;
		d.showModal();
		const first = d.querySelector("header ~ * input, header ~ * select, header ~ input, header ~ button") || d.querySelector("button");
		if (first) first.focus();
		return () => before && before.focus && before.focus();
	}, []);
	return html`<dialog ref=${root} class=${wide ? "wide" : ""} aria-label=${title} onCancel=${(e) => (e.preventDefault(), onClose())}
		onClick=${(e) => e.target === root.current && onClose()}>
		<div class="dialog"><header><h2>${title}</h2><${Tool} icon="close" label="Close" onClick=${onClose} /></header>${children}</div>
	</dialog>`;
}

export function Choice({ label, value, options, onChange }) {
	return html`<label class="choice"><span>${label}</span><select value=${value} onChange=${(e) => onChange(e.target.value)}>
		${options.map(([v, text]) => html`<option value=${v} selected=${String(v) === String(value)}>${text}</option>`)}</select></label>`;
}

/* Something is waited for. */
export function Wait({ text }) {
	return html`<div class="wait" role="status"><span class="spinner"></span>${text}</div>`;
}

/* The size of an element in CSS pixels, kept up to date, also when another takes its place. */
export function useSize(ref) {
	const [size, setSize] = useState([0, 0]), seen = useRef({}), s = seen.current;
	useEffect(() => {
		if (s.element === ref.current) return;
		if (s.observer) s.observer.disconnect();
		s.element = ref.current;
		s.observer = s.element && new ResizeObserver(([e]) => setSize([Math.round(e.contentRect.width), Math.round(e.contentRect.height)]));
		if (s.observer) s.observer.observe(s.element);
	});
	useEffect(() => () => s.observer && s.observer.disconnect(), []);
	return size;
}

/* The sending of a form: [busy, what went wrong, onSubmit]. What went wrong is said in the form. */
export function useSend(work) {
	const [busy, setBusy] = useState(false), [wrong, setWrong] = useState("");
	const send = async (e) => {
		e.preventDefault();
		const form = e.target;
		setBusy(true);
		setWrong("");
		try {
			await work(Object.fromEntries(new FormData(form)), form);
		} catch (x) {
			setWrong(x.message);
		}
		setBusy(false);
	};
	return [busy, wrong, send];
}

export function Wrong({ text }) {
	return text ? html`<p class="problem" role="alert">${text}</p>` : null;
}

/* The colours of the style sheet that canvases draw with. */
export function themeColours() {
	const style = getComputedStyle(document.documentElement), out = {};
	for (const name of ["text", "label", "muted", "grid", "axis", "accent", "warn", "shade", "band", "veil", "panel"]) out[name] = style.getPropertyValue("--" + name).trim();
	return out;
}
