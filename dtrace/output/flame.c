/*
 * flame.c - see flame.h
 *
 * Lines become a tree (children of a frame by name), the tree becomes boxes. Boxes narrower than a
 * tenth of a pixel are left out: nobody could see them, and they would be most of the file.
 */
#include "dtrace/output/flame.h"

#include "base/map.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	WIDTH = 1200,
	MARGIN = 10,
	ROW = 16,
	HEAD = 40,
	FOOT = 30,
	CHAR_TENTHS = 66,
	DEPTH_MAX = 1100
};

struct frame {
	const char *name;
	size_t len;
	uint64_t count;
	struct map kids; /* name -> struct frame * */
};

struct flame {
	struct arena *a;
	struct frame *root;
	unsigned depth; /* of the tree below root */
	struct buf *out;
	uint64_t least; /* count of the narrowest box that is drawn */
};

/* ---- the tree ---- */

static struct frame *new_frame(struct flame *f, const char *name, size_t len)
{
	struct frame *r = arena_new_of(f->a, struct frame);
	r->name = name;
	r->len = len;
	r->kids.arena = f->a;
	return r;
}

static struct frame *child(struct flame *f, struct frame *of, const char *name, size_t len)
{
	void **at = map_atn(&of->kids, name, len);
	if (!*at)
		*at = new_frame(f, name, len);
	return *at;
}

static void add_line(struct flame *f, const char *line, size_t n)
{
	const char *space = memrchr(line, ' ', n);
	if (!space || space == line)
		return;
	long long count = strtoll(space + 1, NULL, 10);
	if (count <= 0)
		return;
	struct frame *at = f->root;
	unsigned depth = 0;
	at->count += (uint64_t)count;
	for (const char *p = line; p < space && depth < DEPTH_MAX;) {
		const char *end = memchr(p, ';', (size_t)(space - p));
		end = end ? end : space;
		at = child(f, at, p, (size_t)(end - p));
		at->count += (uint64_t)count;
		depth++;
		p = end + 1;
	}
	if (depth > f->depth)
		f->depth = depth;
}

/* ---- drawing ---- */

static void put_text(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c == '&')
			buf_puts(out, "&amp;");
		else if (c == '<')
			buf_puts(out, "&lt;");
		else if (c == '>')
			buf_puts(out, "&gt;");
		else if (c == '"')
			buf_puts(out, "&quot;");
		else
			buf_putc(out, c < ' ' || c == 127 ? '?' : (char)c);
	}
}

/* Warm colours, the kernel's cooler; the same name has the same one everywhere. */
static void put_colour(struct buf *out, const struct frame *r)
{
	static const char kernel[] = "vmlinux`";
	uint32_t h = map_hash(r->name, r->len);
	bool is_kernel =
	    r->len > sizeof(kernel) && memcmp(r->name, kernel, sizeof(kernel) - 1) == 0;
	buf_printf(out, "hsl(%u,%u%%,%u%%)", (is_kernel ? 195 : 8) + h % 40, 60 + h / 40 % 25,
		   60 + h / 1000 % 12);
}

/* Counts to pixels, in hundredths so that no rounding shows. */
static uint64_t hundredths(const struct flame *f, uint64_t count)
{
	return count * (WIDTH - 2 * MARGIN) * 100 / f->root->count;
}

static void put_fixed(struct buf *out, uint64_t v)
{
	buf_printf(out, "%llu.%02u", (unsigned long long)(v / 100), (unsigned)(v % 100));
}

static void put_box(struct flame *f, const struct frame *r, uint64_t before, unsigned depth)
{
	struct buf *out = f->out;
	uint64_t x = MARGIN * 100 + hundredths(f, before), w = hundredths(f, r->count);
	unsigned y = HEAD + (f->depth - depth) * ROW;
	unsigned room = (unsigned)(w / 10 > 60 ? (w / 10 - 60) / CHAR_TENTHS : 0);
	uint64_t permille = r->count * 100000 / f->root->count;
	buf_puts(out, "<g><title>");
	put_text(out, r->name, r->len);
	buf_printf(out, " (%llu, %llu.%02u%%)</title><rect x=\"", (unsigned long long)r->count,
		   (unsigned long long)(permille / 1000), (unsigned)(permille % 1000 / 10));
	put_fixed(out, x);
	buf_printf(out, "\" y=\"%u\" width=\"", y);
	put_fixed(out, w);
	buf_printf(out, "\" height=\"%d\" fill=\"", ROW - 1);
	put_colour(out, r);
	buf_puts(out, "\"/><text x=\"");
	put_fixed(out, x + 300);
	buf_printf(out, "\" y=\"%u\">", y + ROW - 4);
	if (room >= 3) {
		put_text(out, r->name, r->len <= room ? r->len : room - 2);
		if (r->len > room)
			buf_puts(out, "..");
	}
	buf_puts(out, "</text></g>\n");
}

static int by_name(const void *a, const void *b)
{
	const struct frame *x = *(struct frame *const *)a, *y = *(struct frame *const *)b;
	size_t n = x->len < y->len ? x->len : y->len;
	int r = memcmp(x->name, y->name, n);
	return r ? r : (x->len > y->len) - (x->len < y->len);
}

static void draw(struct flame *f, const struct frame *r, uint64_t before, unsigned depth)
{
	if (r->count < f->least)
		return;
	put_box(f, r, before, depth);
	struct frame **kids = arena_array(f->a, struct frame *, r->kids.n + 1);
	for (size_t i = 0; i < r->kids.n; i++)
		kids[i] = r->kids.entries[i].value;
	qsort(kids, r->kids.n, sizeof(*kids), by_name);
	for (size_t i = 0; i < r->kids.n; i++) {
		draw(f, kids[i], before, depth + 1);
		before += kids[i]->count;
	}
}

/* Zoom: the box that was clicked takes the whole width, those below it too; the others above it
 * keep their share. Search: boxes that match are marked, and their share is told. */
static const char script[] =
    "<script><![CDATA[\n"
    "const svg=document.documentElement,W=1200,M=10,gs=[...svg.querySelectorAll('#f>g')].map(g=>{\n"
    "const r=g.querySelector('rect');return{g,r,t:g.querySelector('text'),name:g.querySelector("
    "'title').textContent,x:+r.getAttribute('x'),y:+r.getAttribute('y'),w:+r.getAttribute('width')}"
    "});\n"
    "function label(o,w){const n=o.name.replace(/ \\([^(]*\\)$/,''),c=Math.floor((w-6)/6.6);\n"
    "o.t.textContent=c<3?'':n.length<=c?n:n.slice(0,c-2)+'..'}\n"
    "function zoom(z){const k=(W-2*M)/z.w;for(const o of gs){const e=1e-6;\n"
    "const under=o.y>z.y&&o.x<=z.x+e&&o.x+o.w>=z.x+z.w-e,\n"
    "inside=o.y<=z.y&&o.x>=z.x-e&&o.x+o.w<=z.x+z.w+e;\n"
    "o.g.style.display=under||inside?'':'none';o.g.style.opacity=under?.5:1;\n"
    "const x=under?M:M+(o.x-z.x)*k,w=under?W-2*M:o.w*k;o.r.setAttribute('x',x);\n"
    "o.r.setAttribute('width',w);o.t.setAttribute('x',x+3);label(o,w)}\n"
    "back.style.display=z===root?'none':''}\n"
    "const root=gs.reduce((a,b)=>b.y>a.y?b:a,gs[0]),back=svg.querySelector('#back'),\n"
    "told=svg.querySelector('#told');\n"
    "for(const o of gs){o.g.onclick=()=>zoom(o);o.g.onmouseover=()=>told.textContent=o.name}\n"
    "back.onclick=()=>zoom(root);\n"
    "function search(){const s=prompt('Search (a regular expression)');if(s===null)return;let n=0,"
    "end=-1;\n"
    "const re=s&&new RegExp(s);for(const o of gs)o.r.style.stroke='';if(!re)return;\n"
    "const hit=gs.filter(o=>re.test(o.name));for(const o of hit)o.r.style.stroke='#c0f';\n"
    "for(const o of hit.sort((a,b)=>a.x-b.x||b.w-a.w))if(o.x>=end-1e-6){n+=o.w;end=o.x+o.w}\n"
    "told.textContent='matched: '+(100*n/root.w).toFixed(2)+'%'}\n"
    "svg.querySelector('#search').onclick=search;\n"
    "addEventListener('keydown',e=>{if((e.ctrlKey&&e.key==='f')||e.key==='F3'){e.preventDefault();"
    "search()}});\n"
    "]]></script>\n";

static void put_svg(struct flame *f, const char *title)
{
	struct buf *out = f->out;
	unsigned height = HEAD + (f->depth + 1) * ROW + FOOT;
	buf_printf(out,
		   "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n"
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" width=\"%d\" "
		   "height=\"%u\" font-family=\"monospace\" font-size=\"11\">\n"
		   "<style>#f text{pointer-events:none}#f g{cursor:pointer}#f rect{stroke-width:1}"
		   "#f g:hover rect{stroke:#000}.b{cursor:pointer;fill:#555}</style>\n"
		   "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		   "<text x=\"%d\" y=\"24\" text-anchor=\"middle\" font-size=\"15\">",
		   WIDTH, height, WIDTH, height, WIDTH / 2);
	title = title ? title : "Flame graph";
	put_text(out, title, strlen(title));
	buf_printf(out,
		   "</text>\n<text id=\"back\" class=\"b\" x=\"%d\" y=\"24\" "
		   "style=\"display:none\">reset zoom</text>\n"
		   "<text id=\"search\" class=\"b\" x=\"%d\" y=\"24\" "
		   "text-anchor=\"end\">search</text>\n"
		   "<text id=\"told\" x=\"%d\" y=\"%u\"></text>\n<g id=\"f\">\n",
		   MARGIN, WIDTH - MARGIN, MARGIN, height - 10);
	draw(f, f->root, 0, 0);
	buf_puts(out, "</g>\n");
	buf_puts(out, script);
	buf_puts(out, "</svg>\n");
}

int flame_svg(const char *folded, size_t n, const char *title, struct buf *out)
{
	struct flame f = {.a = arena_new(), .out = out};
	if (!f.a)
		return -1;
	if (arena_guard(f.a)) {
		arena_free(f.a);
		return -1;
	}
	f.root = new_frame(&f, "all", 3);
	for (const char *p = folded, *end = folded + n; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl ? nl : end;
		add_line(&f, p, (size_t)(nl - p));
		p = nl + 1;
	}
	if (f.root->count == 0) {
		f.root->name = "no stacks were recorded";
		f.root->len = strlen(f.root->name);
		f.root->count = 1;
	}
	f.least = f.root->count / ((WIDTH - 2 * MARGIN) * 10);
	put_svg(&f, title);
	arena_free(f.a);
	return out->oom ? -1 : 0;
}
