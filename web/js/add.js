/*
 * add.js - chooses a statistic of the catalogue, how to break it down, and of what
 */
import { html, Dialog, useState, Choice } from "./ui.js";
import { format, parse } from "./name.js";
import * as api from "./api.js";
import { store, set, addChart } from "./store.js";

function groups(list) {
	const out = new Map();
	for (const s of list) out.set(s.group, [...(out.get(s.group) || []), s]);
	return [...out].sort(([a], [b]) => (a < b ? -1 : 1));
}

/* A statistic of one's own: a D program with one aggregation. */
function Own({ onDone }) {
	const [word, setWord] = useState("mine"), [text, setText] = useState("syscall:::entry\n{\n\t@[execname] = count();\n}\n"), [unit, setUnit] = useState("ops/s"), [wrong, setWrong] = useState("");
	const save = async () => {
		try {
			await api.put(`catalogue/user.${word}`, { text, unit, title: word });
			set({ catalogue: (await api.get("catalogue")).statistics });
			onDone(`user.${word}`);
		} catch (e) {
			setWrong(e.message);
		}
	};
	return html`<div class="own"><label class="choice"><span>Name: user.</span><input value=${word} onInput=${(e) => setWord(e.target.value)} /></label>
		<label class="choice"><span>Unit</span><input value=${unit} onInput=${(e) => setUnit(e.target.value)} /></label>
		<textarea aria-label="D program with one aggregation" rows="8" spellcheck="false" value=${text} onInput=${(e) => setText(e.target.value)}></textarea>
		${wrong && html`<p class="problem" role="alert">${wrong}</p>`}
		<button type="button" class="primary" onClick=${save}>Add to the catalogue</button></div>`;
}

export function Add({ onClose }) {
	const [find, setFind] = useState(""), [picked, setPicked] = useState(null), [key, setKey] = useState(""), [number, setNumber] = useState("");
	const [where, setWhere] = useState([]), [text, setText] = useState(""), [own, setOwn] = useState(false);
	const words = find.toLowerCase().split(/\s+/).filter(Boolean);
	const list = store.catalogue.filter((s) => words.every((w) => `${s.name} ${s.title} ${s.group} ${s.description} ${s.fields.map((f) => f.title).join(" ")}`.toLowerCase().includes(w)));
	const s = picked && store.catalogue.find((c) => c.name === picked);
	const discrete = s ? s.fields.filter((f) => f.type === "discrete") : [], numeric = s ? s.fields.filter((f) => f.type === "numeric") : [];
	const name = s ? format({ stat: s.name, where: where.filter((w) => w.value !== ""), by: [key, number].filter(Boolean) }) : text;
	const pick = (c) => {
		const has = (f) => c.fields.some((x) => x.name === f);
		setPicked(c.name);
		setKey("");
		setNumber(has("latency") ? "latency" : "");
		setWhere([]);
	};
	const open = (e) => {
		e.preventDefault();
		if (!name || !parse(name)) return;
		addChart(name);
		onClose();
	};
	return html`<${Dialog} title="Add a statistic" onClose=${onClose} wide=${true}>
		<form class="add" onSubmit=${open}>
			<div class="pick">
				<input type="search" autofocus placeholder="Find: disk latency, tcp, zone ..." aria-label="Find a statistic" value=${find} onInput=${(e) => setFind(e.target.value)} />
				<div class="results" role="group" aria-label="Statistics">
					${groups(list).map(([g, all]) => html`<h3>${g}</h3>${all.map((c) => html`<button type="button" aria-pressed=${String(c.name === picked)} class="item" onClick=${() => pick(c)}>
						<span>${c.title}</span><small>${c.name}</small></button>`)}`)}
					${!list.length && html`<p class="hint">No statistic has all of these words.</p>`}
				</div>
			</div>
			<div class="how">
				${s ? html`<h3>${s.title}</h3><p>${s.description}</p>
					<${Choice} label="Break down by" value=${key} options=${[["", "nothing"], ...discrete.map((f) => [f.name, f.title.toLowerCase()])]} onChange=${setKey} />
					${numeric.length > 0 && html`<${Choice} label="As a heat map by" value=${number} options=${[["", "no"], ...numeric.map((f) => [f.name, f.title.toLowerCase()])]} onChange=${setNumber} />`}
					${where.map((w, i) => html`<div class="where"><${Choice} label="Only" value=${w.field} options=${s.fields.map((f) => [f.name, f.title.toLowerCase()])} onChange=${(field) => setWhere(where.map((x, j) => (j === i ? { ...x, field } : x)))} />
						<select aria-label="Comparison" value=${w.op} onChange=${(e) => setWhere(where.map((x, j) => (j === i ? { ...x, op: e.target.value } : x)))}>${["=", "!=", "<", "<=", ">", ">="].map((o) => html`<option value=${o} selected=${o === w.op}>${o}</option>`)}</select>
						<input aria-label="Value" value=${w.value} onInput=${(e) => setWhere(where.map((x, j) => (j === i ? { ...x, value: e.target.value } : x)))} />
						<button type="button" class="link" onClick=${() => setWhere(where.filter((_, j) => j !== i))}>remove</button></div>`)}
					<button type="button" class="link" onClick=${() => setWhere([...where, { field: s.fields[0]?.name, op: "=", value: "" }])} disabled=${!s.fields.length}>Only some of it ...</button>`
				: html`<p class="hint">Choose a statistic, or write a name:</p><input aria-label="Name of a dataset" placeholder="io.ops[zone=web][latency]" value=${text} onInput=${(e) => setText(e.target.value)} />
					${store.user && store.user.role === "operator" && (own ? html`<${Own} onDone=${(n) => (setOwn(false), setText(n))} />` : html`<button type="button" class="link" onClick=${() => setOwn(true)}>A D program of your own ...</button>`)}`}
				<p class="code">${name}</p>
				<button type="submit" class="primary" disabled=${!name || !parse(name)}>Open</button>
			</div>
		</form>
	<//>`;
}
