// The modules of web/js that need no document: names, axes, heat maps, flame graphs, the cloud, blocks, worksheets.
import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import * as N from "../../web/js/name.js";
import * as S from "../../web/js/scale.js";
import * as H from "../../web/js/heat.js";
import * as F from "../../web/js/flame.js";
import * as C from "../../web/js/cloud.js";
import * as D from "../../web/js/data.js";
import * as Sheet from "../../web/js/sheet.js";

const sum = (a) => [...a].reduce((x, y) => x + y, 0);
const near = (a, b, within) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("names: predicates, breakdowns, quotes; what is none", () => {
	assert.deepEqual(N.parse('io.ops[zone=web][latency>=1000][file="/a b]"][disk]'), {
		stat: "io.ops", by: ["disk"],
		where: [{ field: "zone", op: "=", value: "web" }, { field: "latency", op: ">=", value: "1000" }, { field: "file", op: "=", value: "/a b]" }],
	});
	for (const bad of ["", "io.ops[", "io.ops[zone=]", "io.ops]x[", "io.ops[=3]", 'io.ops[a="x]']) assert.equal(N.parse(bad), null, bad);
	for (const name of ["cpu.usage", "io.ops[latency=1..2][disk][latency]", 'x[f="a\\"b"]']) assert.equal(N.format(N.parse(name)), name);
	assert.deepEqual(N.parse('io.ops[zone=web="d b"=x][pid=7]').where, [{ field: "zone", op: "=", values: ["web", "d b", "x"] }, { field: "pid", op: "=", value: "7" }]);
	for (const bad of ["a[b==c]", "a[b=c=]", "a[b!=c=d]", 'a[b="c"d]']) assert.equal(N.parse(bad), null, bad);
	for (const name of ['io.ops[zone=a="b c"=d][disk]', "io.ops[pid=1=2]"]) assert.equal(N.format(N.parse(name)), name);
	assert.equal(N.drill("io.ops[zone=a=b][zone]", [{ field: "zone", op: "=", value: "b" }], ["file"]), "io.ops[zone=b][file]");
	assert.equal(N.words("io.ops[zone=web=db][disk]", { zone: "zone" }), "by disk for zone web or db");
	assert.equal(N.drill("io.ops[zone=a][latency]", [{ field: "zone", op: "=", value: "b" }], ["file"]), "io.ops[zone=b][file]");
	assert.equal(N.words("io.ops[zone=web][disk][latency]", { disk: "disk", zone: "zone" }), "by disk and latency for zone web");
});

test("axes: ticks within, maps and inverses agree", () => {
	const l = S.linear(0, 97), g = S.log10(1e3, 1e9);
	assert.deepEqual(l.ticks, [0, 20, 40, 60, 80]);
	assert.deepEqual(S.linear(0, 4096, "bytes/s").ticks, [0, 1024, 2048, 3072, 4096]);
	near(l.inv(l.map(33)), 33, 1e-9);
	near(g.inv(g.map(5e6)), 5e6, 1);
	assert.equal(g.map(0), 0);
	const r = S.rank([{ lo: 0, hi: 10, n: 90 }, { lo: 1000, hi: 2000, n: 10 }]);
	near(r.map(10), 0.9, 1e-9);
	near(r.map(1500), 0.95, 1e-9);
	near(r.inv(0.95), 1500, 1e-6);
});

test("values and times for people", () => {
	assert.equal(S.show(1500000, "ns"), "1.5 ms");
	assert.equal(S.show(2048, "bytes/s"), "2 KiB/s");
	assert.equal(S.show(12.345, "percent"), "12.3 %");
	assert.equal(S.show(1234567, "ops/s"), "1.23 M/s");
	assert.equal(S.show(null, "ns"), "–");
	assert.equal(S.duration(90), "1.5 minutes");
	assert.ok(S.timeTicks(0, 600, 8).length <= 8);
	assert.equal(sum(S.officeHours(1763942400, 1763942400 + 7 * 86400).map(([a, b]) => b - a)), 5 * 8 * 3600);
});

const block = () => D.fromHeatmap({
	start: 100, step: 1, columns: 3, buckets: [[0, 10], [10, 20], [900, 1000]],
	cells: [[0, 5, 1, 3], [], [0, 90, 2, 1]], keys: { a: [[0, 5], [], [0, 30]], b: [[1, 3], [], [0, 30]] }, known: [1, 1, 1],
});

test("heat maps: the grid holds every event that is in sight", () => {
	const b = block(), y = S.linear(0, 1000), shape = { cols: 3, rows: 50, start: 100, span: 3 };
	const g = H.grid(b, y, shape);
	near(sum(g.cells), 99, 1e-3);
	const tall = H.grid(b, S.log10(1, 1000), { ...shape, rows: 200 });
	near(sum(tall.cells), 99, 1e-2);
	/* A step that is several columns wide fills all of them with the same. */
	near(sum(H.grid(b, y, { ...shape, cols: 6 }).cells), 198, 1e-2);
	/* Columns before the range, and after it, are not drawn. */
	near(sum(H.grid(b, y, { cols: 1, rows: 50, start: 102, span: 1 }).cells), 91, 1e-3);
});

test("heat maps: isolate, exclude, highlight, rainbow", () => {
	const b = block(), y = S.linear(0, 1000), shape = { cols: 3, rows: 50, start: 100, span: 3 };
	near(sum(H.grid(b, y, shape, { keys: ["a"], mode: "isolate" }).cells), 35, 1e-3);
	near(sum(H.grid(b, y, shape, { keys: ["a"], mode: "exclude" }).cells), 64, 1e-3);
	const g = H.grid(b, y, shape, { keys: ["a", "gone"], mode: "highlight" });
	assert.deepEqual(g.keys, ["a"]);
	near(sum(g.cells), 99, 1e-3);
	near(sum(g.shares[0]), 35, 1e-3);
	assert.deepEqual(H.grid(b, y, shape, { mode: "rainbow" }).keys, ["a", "b"]);
	const byValue = H.grid(b, y, shape, { byValue: true });
	near(sum(byValue.cells), 5 * 5 + 3 * 15 + 90 * 5 + 950, 1e-1);
});

test("heat maps: colours by rank and in proportion", () => {
	const cells = Float32Array.from([0, 1, 2, 3, 1000]);
	const linear = H.levels(cells, "linear"), rank = H.levels(cells, "rank");
	assert.deepEqual([...linear], [0, 1, 1, 1, 255]);
	assert.equal(rank[0], 0);
	assert.ok(rank[1] < rank[2] && rank[2] < rank[3] && rank[3] < rank[4], "every value has a rank of its own: " + rank);
	assert.ok(rank[3] > 100, "faint detail beside one that dominates");
	const same = H.levels(Float32Array.from([7, 7, 7]), "rank");
	assert.equal(new Set(same).size, 1);
	const pixels = H.paint({ cols: 1, rows: 2, cells: Float32Array.from([4, 0]), shares: [Float32Array.from([4, 0])], keys: ["a"] }, { dark: false });
	assert.equal(pixels[3], 0, "nothing is nothing");
	assert.equal(pixels[7], 255);
	const [r, g, b] = pixels.slice(4, 7);
	assert.ok(g > r && g > b, "the first key's hue is 112 degrees, green");
	assert.equal(H.keyHue(0), 112);
});

test("heat maps: outliers, percentiles, what is under the pointer", () => {
	const b = block();
	assert.deepEqual(H.extent(b, 0), [0, 1000]);
	assert.deepEqual(H.extent(b, 2), [0, 20]);
	assert.equal(H.percentile(b, b.columns[0], 50), 8);
	assert.equal(H.percentile(b, [], 50), null);
	near(H.mean(b, 0), (5 * 5 + 3 * 15) / 8, 1e-9);
	assert.equal(H.averageName(b), "average, about");
	/* The server's own are exact, also of several columns, and of the seconds that come. */
	const exact = D.fromHeatmap({ start: 0, step: 1, columns: 3, buckets: [[0, 10]], cells: [[0, 2], [], [0, 6]], average: [9, null, 3], known: [1, 1, 1] });
	assert.equal(H.averageName(exact), "average");
	near(H.mean(exact, 0, 2), (2 * 9 + 6 * 3) / 8, 1e-9);
	assert.equal(H.mean(exact, 1), null);
	D.addSecond(exact, { t: 5, cells: [0, 10, 4], average: 7.5 });
	near(H.mean(exact, 4), 7.5, 1e-9);
	D.trim(exact, 4);
	near(H.mean(exact, 0), 7.5, 1e-9);
	const p = H.probe(b, S.linear(0, 1000), 50, 102.4, 5);
	assert.deepEqual({ ...p }, { t: 102, step: 1, lo: 0, hi: 20, count: 90, total: 91, keys: [["a", 30], ["b", 30]] });
	assert.equal(H.probe(b, S.linear(0, 1000), 50, 500, 5), null);
});

test("blocks: live seconds are added, replaced, and old ones dropped", () => {
	const b = block();
	assert.ok(D.addSecond(b, { t: 105, cells: [10, 20, 4, 2000, 3000, 2], keys: { b: [1, 2], c: [0, 4] }, lost: 3 }));
	assert.equal(b.columns.length, 5);
	assert.deepEqual(b.columns[4], [1, 4, 3, 2]);
	assert.deepEqual(b.keys.b[4], [3, 2]);
	assert.deepEqual(b.keys.c.map((c) => c.length), [0, 0, 0, 0, 2]);
	assert.deepEqual(b.keys.a[4], []);
	assert.equal(b.lost[4], 3);
	assert.deepEqual(b.known, [1, 1, 1, 0, 1]);
	assert.ok(!D.addSecond(b, { t: 90, cells: [] }), "older than the block");
	D.trim(b, 103);
	assert.equal(b.start, 103);
	assert.equal(b.keys.a.length, 2);
	const v = D.fromValues({ start: 0, step: 1, columns: 2, series: [{ key: "x", values: [1, 2] }], other: [0, 5], known: [1, 1] });
	assert.ok(D.addSecond(v, { t: 3, values: { y: 7 } }));
	assert.deepEqual([...v.series.keys()], ["x", "other", "y"]);
	assert.deepEqual(v.series.get("y"), [0, 0, 7]);
	assert.deepEqual(D.totals(v), [1, 7, 7]);
	assert.deepEqual(D.keyTotals(v, 0, 3).map((k) => [k.key, k.total]), [["y", 7], ["other", 5], ["x", 3]]);
	assert.equal(D.stepFor(3600, 900, 1.5), 10);
});

test("blocks: buckets without an end", () => {
	const b = D.fromHeatmap({ start: 0, step: 1, columns: 1, buckets: [[null, 1000], [1e12, null]], cells: [[0, 1, 1, 1]] });
	assert.deepEqual(b.buckets[0], { lo: 0, hi: 1000 });
	near(b.buckets[1].hi, 1.02e12, 1);
});

test("worksheets: to a URL and back; nonsense is not taken", () => {
	const sheet = { ...Sheet.empty(), span: 3600, end: 1763800000, name: "a & b" };
	sheet.charts = [Sheet.chart("io.ops[zone=a/b][latency]", { view: "heat", y: "log", keys: ["x=1", "ü"], percentiles: [50, 99.9], outliers: 1, zoom: [1, 2] }), Sheet.chart("cpu.usage", { range: { span: 60, end: null } })];
	const hash = Sheet.toHash(sheet), back = Sheet.fromHash("#" + hash);
	assert.match(hash, /chart=io\.ops\[zone=a\/b\]\[latency\]&view=heat/);
	assert.deepEqual(Sheet.plain(back), Sheet.plain(sheet));
	const odd = Sheet.sane({ span: "x", end: -5, charts: [{ dataset: 7 }, null, { dataset: "a", view: "pie", keys: 3, zoom: ["a", 1] }] });
	assert.deepEqual(Sheet.plain(odd), { name: "", span: 600, end: 0, charts: [{ dataset: "a" }] });
	assert.deepEqual(Sheet.fromHash("#chart=%E0%A4%A&=&x"), { ...Sheet.empty(), charts: [] });
});

test("time: back, forward, zoom", () => {
	assert.deepEqual(Sheet.moved({ span: 100, end: null }, -0.5, 1000), { span: 100, end: 950 });
	assert.deepEqual(Sheet.moved({ span: 100, end: 980 }, 0.5, 1000), { span: 100, end: null });
	assert.deepEqual(Sheet.zoomed({ span: 100, end: 500 }, 2, 1000), { span: 200, end: 550 });
	assert.equal(Sheet.zoomed({ span: 10, end: null }, 0.5, 1000).span, 10);
});

test("flame graphs: widths are shares, zoom keeps the way up", () => {
	const tree = F.tree([["main;read;copy", 6], ["main;write", 3], ["idle", 1]]);
	const all = Object.fromEntries(F.boxes(tree).map((b) => [b.path.join(";"), b]));
	assert.equal(all["main"].w, 0.9);
	near(all["main;read;copy"].w, 0.6, 1e-12);
	assert.equal(all["main;write"].self, 3);
	const zoomed = F.boxes(tree, ["main", "read"]);
	assert.deepEqual(zoomed.map((b) => [b.name, b.w]), [["all", 1], ["main", 1], ["read", 1], ["copy", 1]]);
	assert.deepEqual(F.frames("/var/log/x"), ["/var", "/log", "/x"]);
	assert.equal(F.tree([["in;out", 1]], true).children.get("out").children.get("in").value, 1);
});

test("the cloud: nobody overlaps, everybody is in his zone and in sight", () => {
	const zones = Array.from({ length: 12 }, (_, z) => ({ name: "z" + z, processes: Array.from({ length: 1 + z * 4 }, (_, p) => ({ pid: z * 100 + p, name: "p" + p, size: (p * 7) % 13, colour: 1 })) }));
	const laid = C.layout(zones, 900, 600);
	assert.equal(laid.length, 12);
	const circles = laid.flatMap((z) => z.processes);
	assert.equal(circles.length, sum(zones.map((z) => z.processes.length)));
	for (const z of laid) {
		assert.ok(z.x - z.r >= 0 && z.x + z.r <= 900 && z.y - z.r >= 0 && z.y + z.r <= 600, z.name);
		for (const p of z.processes) assert.ok(Math.hypot(p.x - z.x, p.y - z.y) + p.r <= z.r + 1e-6);
	}
	for (let i = 0; i < laid.length; i++) for (let j = 0; j < i; j++) assert.ok(Math.hypot(laid[i].x - laid[j].x, laid[i].y - laid[j].y) >= laid[i].r + laid[j].r - 1e-6);
	for (const z of laid) for (let i = 0; i < z.processes.length; i++) for (let j = 0; j < i; j++) {
		const [p, q] = [z.processes[i], z.processes[j]];
		assert.ok(Math.hypot(p.x - q.x, p.y - q.y) >= p.r + q.r - 1e-6);
	}
	assert.deepEqual(C.layout(zones, 900, 600), laid, "the same input makes the same picture");
	assert.deepEqual(C.layout([], 900, 600), []);
});

test("index.html fetches every module at once", () => {
	const web = new URL("../../web/", import.meta.url), html = readFileSync(new URL("index.html", web), "utf8");
	const named = [...html.matchAll(/(?:href|src)="([^"]+\.js)"/g)].map((m) => m[1]).sort();
	const there = ["js", "vendor"].flatMap((d) => readdirSync(new URL(d + "/", web)).filter((f) => f.endsWith(".js")).map((f) => `${d}/${f}`)).sort();
	assert.deepEqual(named, there);
});
