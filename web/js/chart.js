/*
 * chart.js - one chart of a worksheet: its picture, with its tools above and its keys beside it
 *
 * What it shows comes from chartdata.js, how it is drawn from plot.js, what the pointer does from pointer.js.
 */
import { html, useEffect, useRef, useState, useLayoutEffect, useSize, Tool, Wait, themeColours } from "./ui.js";
import * as D from "./data.js";
import * as P from "./plot.js";
import * as Sheet from "./sheet.js";
import { store, set, describeName, changeDataset, onHover, changeChart, changeSheet, changeRange } from "./store.js";
import { useDataset, useBlock, useHues, viewsOf, rateUnit, describe } from "./chartdata.js";
import { usePointer } from "./pointer.js";
import { Tools, Cost, crop } from "./chartmenu.js";
import { Tip, Table } from "./charttip.js";
import { Keys, Summary } from "./keys.js";
import { DrillMenu, Next } from "./drill.js";
import { Flame } from "./flameview.js";

const TALL = { heat: 240, flame: 300 }, USUAL = 190;

/* Draws when told to, at most once a frame. paint() is that of the newest rendering. */
function useRedraw() {
	const frame = useRef(0), latest = useRef(null);
	const redraw = () => {
		cancelAnimationFrame(frame.current);
		frame.current = requestAnimationFrame(() => latest.current && latest.current());
	};
	return [redraw, latest];
}

/* The two canvases: the picture, and over it what moves with the pointer. */
function usePicture(c, redraw, latest, band) {
	const { canvas, overlay, geo, own, dataset, chart } = c, [, again] = useState(0), front = useRef(null);
	front.current = () => overlay.current && P.drawOverlay(overlay.current, geo.current, { cursor: store.hover, pinned: store.pinned, band, colours: themeColours() });
	latest.current = () => {
		if (!canvas.current || !dataset || (own.block && (own.block.kind === "heat") !== c.isHeat)) return;
		geo.current = P.draw(canvas.current, {
			block: own.block, usual: chart.usual ? own.usual : [], chart, range: Sheet.rangeOf(store.sheet, chart, store.now), unit: c.isHeat ? dataset.unit : rateUnit(dataset),
			valueUnit: dataset.value_unit, dark: store.dark, colours: themeColours(), hues: c.hues,
		});
		front.current();
		if (own.touched) (own.touched = false), again((n) => n + 1);
		/* For the measurement of event to pixel. */
		canvas.current.dataset.drawn = own.block ? D.end(own.block) : "";
	};
	/* New data redraw by themselves; beside them only what the picture depends on. */
	useLayoutEffect(redraw, [JSON.stringify(chart), dataset && dataset.id, c.width, store.dark, store.sheet.span, store.sheet.end]);
	useLayoutEffect(front.current, [store.pinned, band]);
	useEffect(() => onHover(() => front.current()), []);
}

/* A new chart shows itself: it may be below what is in sight. */
function useArrival(section, chart) {
	useEffect(() => {
		if (!chart.fresh) return;
		section.current.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
		changeChart(chart.id, { fresh: false });
	}, []);
}

/* Keys of the keyboard in a chart. */
function onKey(e, c, pointer) {
	if (e.target !== e.currentTarget) return;
	const { chart, change, views, view, isHeat, range: [start, end] } = c, g = c.geo.current;
	const step = (by) => set({ pinned: Math.min(end - 0.5, Math.max(start + 0.5, (store.pinned ?? end - 0.5) + by)) });
	const act = {
		ArrowLeft: () => step(-c.step), ArrowRight: () => step(c.step), Escape: () => (pointer.closeMenu(), set({ pinned: null })),
		o: () => crop(c), y: () => change({ y: chart.y === "linear" ? "log" : chart.y === "log" && isHeat ? "rank" : "linear" }),
		c: () => change({ colour: chart.colour === "rank" ? "linear" : "rank" }), v: () => change({ view: views[(views.indexOf(view) + 1) % views.length] }), Delete: c.remove,
		Enter: () => g && pointer.openMenu({ x: g.box.x + g.box.w / 2, y: g.box.y + 10, start: Math.floor(start), end: Math.ceil(end), whole: true }),
	}[e.key];
	if (!act) return;
	act();
	e.preventDefault();
	e.stopPropagation();
}

/* Something in the way of the picture, and what to do about it. */
function Note({ c, nothing }) {
	const { dataset } = c;
	if (!dataset) return null;
	if (dataset.state === "enabling") return html`<div class="note"><${Wait} text="Enabling: the first second is on its way" /></div>`;
	if (dataset.state === "suspended") return html`<div class="note">Suspended: nothing is collected. <button type="button" onClick=${() => changeDataset(dataset.id, { state: "active" })}>Resume</button></div>`;
	return nothing && html`<div class="note quiet">Nothing of this has happened in this time. It appears here when it does.</div>`;
}

function Problem({ text, again }) {
	return text ? html`<p class="problem" role="alert">${text} ${again && html`<button type="button" onClick=${again}>Try again</button>`}</p>` : null;
}

function Picture({ c, pointer }) {
	const { chart, dataset, own, range, tall } = c, r = chart.range || store.sheet, { menu, tip, closeMenu } = pointer;
	const nothing = own.block && !own.loading && own.block.known.includes(1) && !D.totals(own.block).some((v) => v);
	return html`<div class="picture" ref=${c.holder} style=${{ height: tall + "px" }}>
		<canvas ref=${c.canvas} class="layer"></canvas>
		<canvas ref=${c.overlay} class="layer front" role="img" tabindex="0" aria-label=${dataset ? describe(dataset, own.block, range, chart, own.usual) : "Loading"} ...${pointer.handlers}
			onKeyDown=${(e) => onKey(e, c, pointer)} onDblClick=${() => (c.change({ zoom: null }), changeRange(chart, Sheet.zoomed(r, 2, store.now)))}></canvas>
		${(own.loading || !dataset) && html`<div class="progress" role="progressbar" aria-label="Loading"></div>`}
		<${Note} c=${c} nothing=${nothing} />
		${tip && !menu && html`<${Tip} tip=${tip} dataset=${dataset} hues=${c.hues} width=${c.width} heat=${c.isHeat} />`}
		${menu && html`<div class="popup" style=${{ left: Math.max(4, Math.min(c.width - 250, menu.x - 120)) + "px", top: "24px" }}><${DrillMenu} dataset=${dataset} chart=${chart} at=${menu} inline=${true} onClose=${closeMenu} /></div>`}
	</div>`;
}

function Body({ c, pointer }) {
	if (c.view === "flame") return html`<div class="picture tree" ref=${c.holder} style=${{ height: c.tall + "px" }}><${Flame} dataset=${c.dataset} chart=${c.chart} range=${c.range} /></div>`;
	const beside = !c.dataset ? html`<div class="keys"></div>` : html`<${c.keyed ? Keys : Summary} chart=${c.chart} dataset=${c.dataset} own=${c.own} hues=${c.hues} range=${c.range} height=${c.tall} />`;
	return html`${beside}<${Picture} c=${c} pointer=${pointer} />`;
}

/* All that the parts of a chart share. */
function useChart(chart, index, count) {
	const [{ dataset, error }, retry] = useDataset(chart.dataset), [redraw, latest] = useRedraw();
	const canvas = useRef(), overlay = useRef(), holder = useRef(), geo = useRef(null), section = useRef(), [table, setTable] = useState(false), [width] = useSize(holder);
	const views = dataset ? viewsOf(dataset) : ["line"], view = views.includes(chart.view) ? chart.view : views[0], isHeat = view === "heat";
	/* Without a selection every line has its colour. */
	const full = { ...chart, view, mode: !chart.keys.length && !isHeat ? "rainbow" : chart.mode };
	const { own, load, step } = useBlock(view === "flame" ? null : dataset, full, isHeat, width, redraw);
	const c = {
		chart: full, index, count, dataset, error, retry, views, view, isHeat, keyed: dataset && /keyed/.test(dataset.kind), own, load, step, hues: useHues(full, own),
		range: Sheet.rangeOf(store.sheet, chart, store.now), tall: chart.height || TALL[view] || USUAL, width, canvas, overlay, holder, geo, section, table, setTable,
		change: (changes) => changeChart(chart.id, changes),
		remove: () => changeSheet({ ...store.sheet, charts: store.sheet.charts.filter((o) => o.id !== chart.id) }),
	};
	const pointer = usePointer(c);
	usePicture(c, redraw, latest, pointer.band);
	useArrival(section, chart);
	return [c, pointer];
}

export function Chart({ chart, index, count }) {
	const [c, pointer] = useChart(chart, index, count), { dataset, own } = c;
	if (c.error) {
		return html`<section class="chart failed" ref=${c.section} aria-label=${chart.dataset}><header><h2>${chart.dataset}</h2><span class="grow"></span>
			<${Tool} label="Remove this chart" icon="close" onClick=${c.remove} /></header><${Problem} text=${c.error} again=${c.retry} /></section>`;
	}
	return html`<section class="chart" ref=${c.section} aria-label=${dataset ? `${dataset.title} ${describeName(dataset.name)}` : chart.dataset} data-chart=${chart.dataset}>
		<header>
			<h2 title=${chart.dataset}>${dataset ? dataset.title : chart.dataset} <small>${dataset && describeName(dataset.name)}</small></h2>
			<span class="grow"></span>
			${dataset && html`<${Cost} dataset=${dataset} />`}
			<${Tools} c=${c} />
		</header>
		<${Problem} text=${dataset && dataset.error} again=${dataset && dataset.state !== "active" && (() => changeDataset(dataset.id, { state: "active" }))} />
		<${Problem} text=${own.error} again=${c.load} />
		<div class="body"><${Body} c=${c} pointer=${pointer} /></div>
		${dataset && html`<${Next} dataset=${dataset} chart=${c.chart} />`}
		${c.table && own.block && html`<${Table} block=${own.block} dataset=${dataset} range=${c.range} />`}
	</section>`;
}
