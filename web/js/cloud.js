/*
 * cloud.js - the cloud: every zone a blob, its processes in it
 *
 * Circles are packed twice: the processes within each zone, then the zones among each other. Packing is
 * greedy: the greatest first, each where it touches two that lie already and is nearest to the middle.
 * The order of equals is that of their names, so that the picture does not dance from second to second.
 */

function overlaps(placed, c, skip) {
	for (const p of placed) {
		if (skip.includes(p)) continue;
		const dx = p.x - c.x, dy = p.y - c.y, r = p.r + c.r - 1e-6;
		if (dx * dx + dy * dy < r * r) return true;
	}
	return false;
}

/* The two places where a circle of radius r touches both a and b. */
function touching(a, b, r) {
	const dx = b.x - a.x, dy = b.y - a.y, d = Math.hypot(dx, dy), ra = a.r + r, rb = b.r + r;
	if (d === 0 || d > ra + rb) return [];
	const along = (d * d + ra * ra - rb * rb) / (2 * d), h2 = ra * ra - along * along;
	if (h2 < 0) return [];
	const h = Math.sqrt(h2), x = a.x + (dx * along) / d, y = a.y + (dy * along) / d;
	return [{ x: x + (dy * h) / d, y: y - (dx * h) / d, r }, { x: x - (dy * h) / d, y: y + (dx * h) / d, r }];
}

/* items: [{r, ...}] -> the same with x, y around (0, 0); wide > 1 prefers a picture that is wider than high. */
export function pack(items, gap = 0, wide = 1) {
	const order = [...items].sort((a, b) => b.r - a.r || (a.name < b.name ? -1 : 1)), placed = [];
	for (const item of order) {
		const r = item.r + gap;
		let best = null;
		if (!placed.length) best = { x: 0, y: 0 };
		else if (placed.length === 1) best = { x: placed[0].x + placed[0].r + r, y: 0 };
		else {
			let distance = Infinity;
			/* Only the outer ones can be touched from outside; the last 40 keep it quick. */
			const near = placed.slice(-40);
			for (let i = 0; i < near.length; i++) {
				for (let j = 0; j < i; j++) {
					for (const c of touching(near[i], near[j], r)) {
						const d = Math.hypot(c.x / wide, c.y);
						if (d < distance && !overlaps(placed, c, [near[i], near[j]])) (distance = d), (best = c);
					}
				}
			}
		}
		if (!best) {
			const out = Math.max(...placed.map((p) => Math.hypot(p.x, p.y) + p.r));
			best = { x: out + r, y: 0 };
		}
		placed.push({ x: best.x, y: best.y, r, item });
	}
	return placed.map((p) => ({ ...p.item, x: p.x, y: p.y }));
}

/*
 * zones: [{name, processes: [{pid, name, size, colour}]}], sizes and colours numbers >= 0.
 * -> [{name, x, y, r, processes: [{..., x, y, r}]}], within a box of width x height, at most maximum processes a zone.
 */
export function layout(zones, width, height, maximum = 60) {
	const all = zones.flatMap((z) => z.processes.map((p) => p.size)), top = Math.max(1e-9, ...all);
	const radius = (size) => 4 + 22 * Math.sqrt(Math.max(0, size) / top);
	const blobs = zones.map((z) => {
		const shown = [...z.processes].sort((a, b) => b.size - a.size || a.pid - b.pid).slice(0, maximum);
		const processes = pack(shown.map((p) => ({ ...p, r: radius(p.size) })), 1.5);
		/* Around the middle of the box that holds them. */
		const mid = (axis) => (processes.length ? (Math.min(...processes.map((p) => p[axis] - p.r)) + Math.max(...processes.map((p) => p[axis] + p.r))) / 2 : 0);
		const mx = mid("x"), my = mid("y");
		for (const p of processes) (p.x -= mx), (p.y -= my);
		const r = processes.reduce((m, p) => Math.max(m, Math.hypot(p.x, p.y) + p.r), 10) + 8;
		return { ...z, processes, hidden: z.processes.length - shown.length, r };
	});
	const packed = pack(blobs, 6, width / height);
	if (!packed.length) return [];
	const x0 = Math.min(...packed.map((b) => b.x - b.r)), x1 = Math.max(...packed.map((b) => b.x + b.r));
	const y0 = Math.min(...packed.map((b) => b.y - b.r)), y1 = Math.max(...packed.map((b) => b.y + b.r));
	const scale = Math.min((width - 24) / (x1 - x0), (height - 48) / (y1 - y0), 2.5);
	const cx = width / 2 - (scale * (x0 + x1)) / 2, cy = height / 2 - (scale * (y0 + y1)) / 2;
	return packed.map((b) => {
		const x = cx + b.x * scale, y = cy + b.y * scale;
		return { ...b, x, y, r: b.r * scale, processes: b.processes.map((p) => ({ ...p, x: x + p.x * scale, y: y + p.y * scale, r: p.r * scale })) };
	});
}
