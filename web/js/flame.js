/*
 * flame.js - flame graphs: from folded stacks ("a;b;c" or "/a/b/c" and a number) to boxes
 *
 * A box is {name, path, depth, x, w, value, self}: x and w are shares of the whole width. Boxes that are
 * narrower than `least` are left out with everything above them. Paths of files make the same picture,
 * which then is the tree of folders.
 */

export function frames(key) {
	const text = key.trim();
	if (text.startsWith("/")) return text.split("/").filter(Boolean).map((p) => "/" + p);
	return text.split(text.includes("\n") ? "\n" : ";").map((f) => f.trim()).filter(Boolean);
}

/* entries: [[key, value]]. reverse: the first frame is the innermost, as stack() prints it. */
export function tree(entries, reverse = false) {
	const root = { name: "all", value: 0, self: 0, children: new Map() };
	for (const [key, value] of entries) {
		if (!(value > 0)) continue;
		const path = frames(key);
		if (reverse) path.reverse();
		let node = root;
		root.value += value;
		for (const name of path) {
			let child = node.children.get(name);
			if (!child) node.children.set(name, (child = { name, value: 0, self: 0, children: new Map() }));
			child.value += value;
			node = child;
		}
		node.self += value;
	}
	return root;
}

/* The boxes of the part of the tree that `zoom` (a path from the root) leads to. */
export function boxes(root, zoom = [], least = 1 / 2000) {
	const out = [];
	let top = root;
	out.push({ name: root.name, path: [], depth: 0, x: 0, w: 1, value: root.value, self: root.self });
	for (const name of zoom) {
		const next = top.children.get(name);
		if (!next) break;
		top = next;
		const path = [...out[out.length - 1].path, name];
		out.push({ name, path, depth: path.length, x: 0, w: 1, value: top.value, self: top.self });
	}
	const place = (node, path, x, w) => {
		const children = [...node.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
		let at = x;
		for (const child of children) {
			const cw = node.value ? (child.value / node.value) * w : 0;
			if (cw >= least) {
				const p = [...path, child.name];
				out.push({ name: child.name, path: p, depth: p.length, x: at, w: cw, value: child.value, self: child.self });
				place(child, p, at, cw);
			}
			at += cw;
		}
	};
	place(top, out[out.length - 1].path, 0, 1);
	return out;
}

/* The hue of a frame follows from its name: the same function has the same colour in every graph. */
export function hue(name) {
	let h = 0;
	for (let i = 0; i < name.length; i++) h = (h * 31 + name.charCodeAt(i)) >>> 0;
	return 5 + (h % 50);
}
