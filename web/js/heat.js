/*
 * heat.js - heat maps: from buckets and counts to pixels
 *
 * In:	a block {start, step, buckets: [{lo, hi}], columns: [[bucket, count, ...]], keys: {key: columns}},
 *	as data.js keeps it. columns[i] is the time start + i * step; bucket is an index into buckets.
 * Out:	a grid of cells (columns x rows, what is drawn), and its RGBA pixels.
 *
 * A bucket that is taller than a row of the grid is spread over the rows it covers, one that is smaller
 * adds to the row its middle lies in, so that the sum over the grid is the number of events in sight.
 * Nothing here touches the document: the unit tests run it as it is.
 */

export const FIRST_HUE = 21, HUE_STEP = 91, LEVELS = 256;
/* Greatest share of the highest events that may be left out of the range of the y axis, in percent. */
export const OUTLIERS = [0, 0.1, 1, 2, 5, 10, 25];

/* Sum over the columns: Float64Array by bucket. */
export function bucketSums(block, columns = block.columns, from = 0, to = columns.length) {
	const sums = new Float64Array(block.buckets.length);
	for (let c = Math.max(0, from); c < Math.min(to, columns.length); c++) {
		const column = columns[c];
		if (column) for (let i = 0; i < column.length; i += 2) sums[column[i]] += column[i + 1];
	}
	return sums;
}

/* The indices of the buckets in ascending order of their values. */
export function bucketOrder(block) {
	return block.buckets.map((_, i) => i).sort((a, b) => block.buckets[a].lo - block.buckets[b].lo);
}

/* [lo, hi] of what is to be seen when `percent` of the highest events are left out. null: nothing there. */
export function extent(block, percent = 0) {
	const sums = bucketSums(block), order = bucketOrder(block).filter((b) => sums[b] > 0);
	if (!order.length) return null;
	let left = sums.reduce((a, b) => a + b, 0) * (percent / 100), top = order.length - 1;
	while (top > 0 && sums[order[top]] <= left) left -= sums[order[top--]];
	return [block.buckets[order[0]].lo, block.buckets[order[top]].hi];
}

/* Value below which p percent of the events of one column lie, by linear interpolation within its bucket. */
export function percentile(block, column, p) {
	if (!column || !column.length) return null;
	const cells = [];
	let total = 0;
	for (let i = 0; i < column.length; i += 2) {
		cells.push([block.buckets[column[i]], column[i + 1]]);
		total += column[i + 1];
	}
	cells.sort((a, b) => a[0].lo - b[0].lo);
	let want = (total * p) / 100;
	for (const [b, n] of cells) {
		if (want <= n) return n > 0 ? b.lo + (b.hi - b.lo) * (want / n) : b.lo;
		want -= n;
	}
	return cells[cells.length - 1][0].hi;
}

/* What averages are to be called: of some distributions only the buckets are known. */
export const averageName = (block) => (block.average ? "average" : "average, about");

/* The average of the columns c0 .. c1: as the server has added it up, else by the middles of the buckets. */
export function mean(block, c0, c1 = c0) {
	let n = 0, sum = 0;
	for (let c = c0; c <= c1; c++) {
		const column = block.columns[c] || [], exact = block.average && block.average[c];
		for (let i = 0; i < column.length; i += 2) {
			const b = block.buckets[column[i]];
			n += column[i + 1];
			sum += (exact ?? (b.lo + b.hi) / 2) * column[i + 1];
		}
	}
	return n ? sum / n : null;
}

/*
 * What the rows of each bucket are under a y scale: Int32Array of first row (0 = bottom) and last row,
 * -1 where it is out of sight.
 */
function bucketRows(block, scale, rows) {
	const first = new Int32Array(block.buckets.length).fill(-1), last = new Int32Array(block.buckets.length).fill(-1);
	for (let b = 0; b < block.buckets.length; b++) {
		const { lo, hi } = block.buckets[b], y0 = scale.map(lo) * rows, y1 = scale.map(hi) * rows;
		if (y1 <= 0 && hi < scale.lo) continue;
		if (y0 >= rows && lo >= scale.hi) continue;
		if (y1 - y0 <= 1) {
			const row = Math.floor((y0 + y1) / 2);
			if (row >= 0 && row <= rows) first[b] = last[b] = Math.min(row, rows - 1);
			continue;
		}
		first[b] = Math.max(0, Math.round(y0));
		last[b] = Math.max(first[b], Math.min(rows - 1, Math.round(y1) - 1));
	}
	return { first, last };
}

function fill(cells, block, columns, place, shape, byValue) {
	const { cols, rows, start, span } = shape, step = block.step;
	for (let c = 0; c < columns.length; c++) {
		const column = columns[c];
		if (!column || !column.length) continue;
		const t0 = block.start + c * step;
		let x0 = Math.round(((t0 - start) / span) * cols), x1 = Math.round(((t0 + step - start) / span) * cols);
		if (x1 <= x0) x1 = x0 + 1;
		if (x1 <= 0 || x0 >= cols) continue;
		x0 = Math.max(0, x0), x1 = Math.min(cols, x1);
		for (let i = 0; i < column.length; i += 2) {
			const b = column[i], lo = place.first[b];
			if (lo < 0) continue;
			const hi = place.last[b], bucket = block.buckets[b];
			const weight = byValue ? column[i + 1] * ((bucket.lo + bucket.hi) / 2) : column[i + 1];
			const each = weight / (hi - lo + 1);
			for (let x = x0; x < x1; x++) for (let y = lo, at = x * rows + lo; y <= hi; y++, at++) cells[at] += each;
		}
	}
}

/*
 * The grid of a view. shape: {cols, rows, start, span}, times in seconds. options: {byValue, keys: [key],
 * mode: "highlight" | "isolate" | "exclude" | "rainbow"}. Cells lie column by column, bottom first.
 * -> {cols, rows, cells: Float32Array, shares: [Float32Array of the same size, one for each key]}
 */
export function grid(block, scale, shape, options = {}) {
	const { cols, rows } = shape, place = bucketRows(block, scale, rows);
	const wanted = options.mode === "rainbow" ? Object.keys(block.keys || {}) : options.keys || [];
	const keys = wanted.filter((k) => block.keys && block.keys[k]);
	const shares = keys.map((k) => {
		const cells = new Float32Array(cols * rows);
		fill(cells, block, block.keys[k], place, shape, options.byValue);
		return cells;
	});
	const cells = new Float32Array(cols * rows);
	if (options.mode === "isolate" && keys.length) {
		for (const s of shares) for (let i = 0; i < s.length; i++) cells[i] += s[i];
	} else {
		fill(cells, block, block.columns, place, shape, options.byValue);
		if (options.mode === "exclude") {
			for (const s of shares) for (let i = 0; i < s.length; i++) cells[i] = Math.max(0, cells[i] - s[i]);
		}
	}
	const plain = options.mode === "exclude" || !keys.length;
	return { cols, rows, cells, keys: plain ? [] : keys, shares: plain ? [] : shares };
}

/* Level 0 (nothing) .. 255 of each cell: by rank among the values that there are, or in proportion. */
export function levels(cells, how = "rank") {
	const out = new Uint8Array(cells.length);
	let max = 0, used = 0;
	for (let i = 0; i < cells.length; i++) {
		if (cells[i] > 0) {
			used++;
			if (cells[i] > max) max = cells[i];
		}
	}
	if (!used) return out;
	if (how === "linear") {
		for (let i = 0; i < cells.length; i++) if (cells[i] > 0) out[i] = Math.max(1, Math.round((cells[i] / max) * 255));
		return out;
	}
	const sorted = new Float32Array(used);
	for (let i = 0, j = 0; i < cells.length; i++) if (cells[i] > 0) sorted[j++] = cells[i];
	sorted.sort();
	/* Equal values have equal ranks: the edges of up to 255 levels, then a search among them. */
	const edges = new Float32Array(255);
	for (let l = 0; l < 255; l++) edges[l] = sorted[Math.min(used - 1, Math.floor(((l + 1) / 255) * used))];
	for (let i = 0; i < cells.length; i++) {
		const v = cells[i];
		if (!(v > 0)) continue;
		let lo = 0, hi = 254;
		while (lo < hi) {
			const mid = (lo + hi) >> 1;
			if (edges[mid] < v) lo = mid + 1;
			else hi = mid;
		}
		out[i] = lo + 1;
	}
	return out;
}

/* Hue in degrees, saturation and value 0..1 -> [r, g, b] 0..255. */
export function hsv(hue, s, v) {
	const f = (n) => {
		const k = (n + hue / 60) % 6;
		return Math.round(255 * (v - v * s * Math.max(0, Math.min(k, 4 - k, 1))));
	};
	return [f(5), f(3), f(1)];
}

/* Four steps go round the circle; the next four lie between them. */
export function keyHue(index) {
	return (FIRST_HUE + HUE_STEP * (index + 1) + 23 * Math.floor(index / 4)) % 360;
}

/* A key's colour where it is a line, a layer or a patch in a list. */
export function keyColour(index, dark) {
	const [r, g, b] = index < 0 ? hsv(FIRST_HUE, dark ? 0.7 : 0.8, dark ? 0.95 : 0.88) : hsv(keyHue(index), dark ? 0.55 : 0.62, dark ? 0.92 : 0.76);
	return `rgb(${r},${g},${b})`;
}

/*
 * 256 colours from the background (level 0) to the hue at its fullest. On light ground saturation rises
 * at full brightness and darkens only at the very end; on dark ground the light itself rises.
 */
export function palette(hue, dark) {
	const out = new Uint8Array(LEVELS * 3);
	const ground = dark ? [21, 25, 32] : [255, 255, 255];
	for (let l = 0; l < LEVELS; l++) {
		const f = l / (LEVELS - 1);
		let rgb = ground;
		if (l) {
			const eased = 0.1 + 0.9 * f;
			if (dark) {
				const full = hsv(hue, 0.9 - 0.5 * f * f, 0.3 + 0.7 * f);
				const mix = Math.min(1, 0.35 + f);
				rgb = full.map((c, i) => Math.round(c * mix + ground[i] * (1 - mix)));
			} else {
				rgb = hsv(hue, 0.9 * eased, 0.95 - 0.35 * Math.max(0, f - 0.6) / 0.4);
			}
		}
		out.set(rgb, l * 3);
	}
	return out;
}

/*
 * RGBA pixels, one for each cell, row by row from the top, as ImageData wants them. Each cell's colour is
 * blended of the base hue and the hues of the selected keys by their shares.
 */
export function paint(g, options = {}) {
	const { cols, rows, cells, shares } = g, dark = !!options.dark;
	const level = levels(cells, options.colour || "rank");
	const base = palette(FIRST_HUE, dark), own = shares.map((_, i) => palette(keyHue(options.hues ? options.hues[i] : i), dark));
	const out = new Uint8ClampedArray(cols * rows * 4);
	for (let y = 0; y < rows; y++) {
		let o = (rows - 1 - y) * cols * 4;
		for (let x = 0; x < cols; x++, o += 4) {
			const i = x * rows + y, l = level[i];
			if (!l) continue;
			let r = 0, gr = 0, b = 0, left = 1;
			for (let k = 0; k < shares.length; k++) {
				const s = Math.min(left, shares[k][i] / cells[i]);
				if (s > 0) {
					r += own[k][l * 3] * s, gr += own[k][l * 3 + 1] * s, b += own[k][l * 3 + 2] * s;
					left -= s;
				}
			}
			if (left > 0) r += base[l * 3] * left, gr += base[l * 3 + 1] * left, b += base[l * 3 + 2] * left;
			out[o] = r, out[o + 1] = gr, out[o + 2] = b, out[o + 3] = 255;
		}
	}
	return out;
}

/*
 * What lies under a point: {t, step, lo, hi, count, total, keys: [[key, count]]}; null outside of the data.
 * value is of the y axis; buckets that share a row of the grid with it are taken together.
 */
export function probe(block, scale, rows, t, value) {
	const c = Math.floor((t - block.start) / block.step);
	if (c < 0 || c >= block.columns.length) return null;
	const place = bucketRows(block, scale, rows), row = Math.min(rows - 1, Math.max(0, Math.floor(scale.map(value) * rows)));
	const hit = new Set();
	let lo = Infinity, hi = -Infinity;
	for (let b = 0; b < block.buckets.length; b++) {
		if (place.first[b] < 0 || place.first[b] > row || place.last[b] < row) continue;
		hit.add(b);
		lo = Math.min(lo, block.buckets[b].lo), hi = Math.max(hi, block.buckets[b].hi);
	}
	const count = (column) => {
		let n = 0;
		for (let i = 0; column && i < column.length; i += 2) if (hit.has(column[i])) n += column[i + 1];
		return n;
	};
	const all = (column) => {
		let n = 0;
		for (let i = 1; column && i < column.length; i += 2) n += column[i];
		return n;
	};
	const keys = Object.entries(block.keys || {}).map(([k, columns]) => [k, count(columns[c])]).filter(([, n]) => n > 0);
	if (!hit.size) lo = scale.inv(row / rows), hi = scale.inv((row + 1) / rows);
	return { t: block.start + c * block.step, step: block.step, lo, hi, count: count(block.columns[c]), total: all(block.columns[c]), keys: keys.sort((a, b) => b[1] - a[1]) };
}
