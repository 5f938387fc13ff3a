/*
 * output.c - what happens to a record: line head, actions in order, line end
 *
 * In: records from the consumer. Out: text through ops->write or write(2), and the consumer-side
 * actions. The order of events and the blank lines are those of dtrace: header once, head of the
 * line, actions, newline unless quiet.
 */
#include "dtrace/output/internal.h"

#include "dtrace/sym/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FLUSH_BYTES = 256 << 10 };

struct output *output_new(const struct image *im, struct aggs *aggs, struct symbols *syms,
			  const struct output_opts *opts, const struct output_ops *ops,
			  struct err *e)
{
	struct output *o = calloc(1, sizeof(*o));
	struct arena *a = arena_new();
	size_t actions = 0;
	if (!o || !a || arena_guard(a)) {
		arena_free(a);
		free(o);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	o->image = im;
	o->plan = &im->plan;
	o->aggs = aggs;
	o->syms = syms;
	o->opts = opts;
	o->ops = *ops;
	o->arena = a;
	o->fd = o->home_fd = 1;
	o->ncpu = im->ncpu;
	o->seg_first = arena_array(a, uint32_t, im->plan.segs.n + 1);
	for (size_t i = 0; i < im->plan.segs.n; i++) {
		o->seg_first[i] = (uint32_t)actions;
		actions += im->plan.segs.at[i].actions.n;
	}
	o->formats = arena_array(a, struct format *, actions + 1);
	o->names = arena_array(a, const char *, im->plan.probes.n + 1);
	o->nsegs = im->plan.segs.n;
	o->indent = arena_array(a, int, im->ncpu + 1u);
	return o;
}

void output_extend(struct output *o)
{
	size_t actions = 0, had = 0;
	const struct plan *p = o->plan;
	struct format **formats = o->formats;
	for (size_t i = 0; i < p->segs.n; i++) {
		had = i < o->nsegs ? actions + p->segs.at[i].actions.n : had;
		actions += p->segs.at[i].actions.n;
	}
	o->formats = arena_array(o->arena, struct format *, actions + 1);
	memcpy(o->formats, formats, had * sizeof(*formats));
	o->seg_first = arena_array(o->arena, uint32_t, p->segs.n + 1);
	for (size_t i = 0, n = 0; i < p->segs.n; n += p->segs.at[i++].actions.n)
		o->seg_first[i] = (uint32_t)n;
	o->names = arena_array(o->arena, const char *, p->probes.n + 1);
	o->nsegs = p->segs.n;
}

void output_free(struct output *o)
{
	if (!o)
		return;
	if (o->fd_owned)
		close(o->fd);
	buf_fini(&o->text);
	arena_free(o->arena);
	free(o);
}

void output_set_fd(struct output *o, int fd)
{
	output_flush(o);
	if (o->fd_owned)
		close(o->fd);
	o->fd_owned = false;
	o->fd = o->home_fd = fd;
}

/* ---- writing ---- */

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

static int flush_with(struct output *o, const struct output_origin *origin)
{
	int rc = 0;
	if (o->text.n && o->ops.write)
		rc = o->ops.write(o->ops.arg, o->text.p, o->text.n, origin);
	else if (o->text.n)
		rc = write_all(o->fd, o->text.p, o->text.n);
	if (o->text.n)
		buf_clear(&o->text);
	if (rc || o->text.oom)
		o->failed = true;
	return o->failed ? -1 : 0;
}

int output_flush(struct output *o)
{
	return flush_with(o, o->ops.buffered ? &o->origin : NULL);
}

int out_piece_of(struct output *o, const struct piece *p)
{
	if (!o->ops.buffered || o->text.n == 0)
		return 0;
	struct output_origin origin = o->origin;
	origin.part = p->part;
	origin.entry = p->entry;
	origin.keyed = p->keyed ? p->keyed : p->entry;
	origin.key = p->key;
	origin.last = p->last;
	return flush_with(o, &origin);
}

int out_piece(struct output *o, int part, const struct agg_entry *e)
{
	return out_piece_of(o, &(struct piece){.part = part, .entry = e});
}

void output_puts(struct output *o, const char *text)
{
	if (o->opts->format != OUTPUT_TEXT)
		return;
	buf_puts(&o->text, text);
	out_piece(o, ORIGIN_OTHER, NULL);
}

/* ---- line head ---- */

void output_header(struct output *o)
{
	if (o->header_done || o->opts->format != OUTPUT_TEXT)
		return;
	if (o->opts->flowindent)
		buf_printf(&o->text, "%3s %-41s\n", "CPU", "FUNCTION");
	else if (!o->opts->quiet)
		buf_printf(&o->text, "%3s %6s %32s\n", "CPU", "ID", "FUNCTION:NAME");
	o->header_done = true;
}

/* "    12                       read:entry ", made once for each probe. */
static const char *line_name(struct output *o, const struct plan_probe *p, char *spare, size_t n)
{
	size_t i = (size_t)(p - o->plan->probes.at);
	bool planned = o->plan->probes.n && p >= o->plan->probes.at && i < o->plan->probes.n;
	if (planned && o->names[i])
		return o->names[i];
	char name[256];
	snprintf(name, sizeof(name), "%s:%s", p->function, p->name);
	snprintf(spare, n, "%6u %32s ", p->id, name);
	if (planned && !arena_guard(o->arena))
		o->names[i] = arena_strdup(o->arena, spare);
	return spare;
}

static void head_flow(struct output *o, const struct consume_rec *r)
{
	BUF_AUTO name = {0};
	const struct plan_probe *p = r->probe;
	text_fill(&name, ' ', (size_t)o->origin.indent);
	buf_printf(&name, "%s%s", o->origin.prefix, p->function);
	if (o->origin.flow == FLOW_NONE)
		buf_printf(&name, ":%s", p->name);
	text_dec(&o->text, r->cpu, 3);
	buf_putc(&o->text, ' ');
	text_pad(&o->text, buf_str(&name), name.n, 41, true);
	buf_putc(&o->text, ' ');
}

static void head_plain(struct output *o, const struct consume_rec *r)
{
	char spare[320];
	text_dec(&o->text, r->cpu, 3);
	buf_putc(&o->text, ' ');
	buf_puts(&o->text, line_name(o, r->probe, spare, sizeof(spare)));
}

/* "entry", "xyz-entry", but not "reentry". */
static bool ends_in(const char *name, const char *word)
{
	const char *at = strstr(name, word);
	return at && at[strlen(word)] == '\0' && (at == name || at[-1] == '-');
}

/* Entry or return, and the indentation before the line. A probe enabled several times indents once:
 * on its first enabling when it enters, after its last when it returns. */
static void flow_of(struct output *o, const struct consume_rec *r)
{
	const struct plan_probe *p = r->probe;
	bool sys = !strcmp(p->provider, "syscall");
	struct output_origin *g = &o->origin;
	int *indent = &o->indent[r->cpu < o->ncpu ? r->cpu : 0];
	uint32_t epid = r->seg->id + 1; /* of the segment: clauses of one probe are told apart */
	g->flow = FLOW_NONE;
	g->prefix = " | ";
	if (ends_in(p->name, "entry")) {
		if (!(o->last_epid && epid != o->last_epid && p->id == o->last_probe)) {
			g->flow = FLOW_ENTRY;
			g->prefix = sys ? " => " : " -> ";
		}
	} else if (ends_in(p->name, "return")) {
		const struct consume_rec *n = r->next;
		if (!(n && n->seg->id != r->seg->id && n->probe->id == p->id)) {
			g->flow = FLOW_RETURN;
			g->prefix = sys ? " <= " : " <- ";
		}
	}
	if (g->flow == FLOW_RETURN && *indent > 0)
		*indent -= 2;
	g->indent = *indent;
	if (g->flow == FLOW_ENTRY)
		*indent += 2;
}

/* ---- actions ---- */

static struct format *format_of(struct output *o, const struct consume_rec *r,
				const struct plan_action *a)
{
	size_t i = o->seg_first[r->seg - o->plan->segs.at] + (size_t)(a - r->seg->actions.at);
	struct format_error fe;
	if (o->formats[i])
		return o->formats[i];
	if (arena_guard(o->arena)) {
		o->failed = true;
		return NULL;
	}
	struct format *f = arena_new_of(o->arena, struct format);
	if (!format_parse(o->arena, a->format ? a->format : "", f, &fe))
		*f = (struct format){0}; /* refused at compile time already */
	o->formats[i] = f;
	return f;
}

static void run_printf(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	struct printf_args args = {.recs = a->recs.at, .nrecs = a->recs.n, .base = r->data};
	struct format *f = format_of(o, r, a);
	if (f)
		printf_run(o, f, &args);
}

/* The formatted text of system() and freopen(): taken back from the buffer. Caller frees. */
static char *format_apart(struct output *o, const struct consume_rec *r,
			  const struct plan_action *a)
{
	struct buf keep = o->text;
	o->text = (struct buf){0};
	run_printf(o, r, a);
	char *s = o->text.p ? o->text.p : strdup("");
	o->text = keep;
	return s;
}

/* system(3) at ordinary priority: the consumer's own may have been raised (api/run.c). */
static int run_command(struct output *o, const char *cmd)
{
	if (o->ops.system)
		return o->ops.system(o->ops.arg, cmd);
	int nice = getpriority(PRIO_PROCESS, 0);
	if (nice < 0)
		setpriority(PRIO_PROCESS, 0, 0);
	int status = system(cmd);
	if (nice < 0)
		setpriority(PRIO_PROCESS, 0, nice);
	return status;
}

static void act_system(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	char *cmd = format_apart(o, r, a);
	output_flush(o);
	if (o->opts->format == OUTPUT_JSON && cmd) {
		json_text(o, r, "system", cmd, strlen(cmd));
		output_flush(o);
	}
	if (cmd && o->opts->destructive && run_command(o, cmd) == -1)
		o->failed = true;
	free(cmd);
}

static int say_error(struct output *o, const struct consume_error *err, const char *text)
{
	if (o->opts->format == OUTPUT_JSON)
		json_error(o, err, text);
	return o->ops.error ? o->ops.error(o->ops.arg, err, text) : 0;
}

/* Behind what the file has: a script may come back to it. An empty name goes back to where output
 * went first. */
static int reopen(struct output *o, const char *name)
{
	if (o->ops.file)
		return o->ops.file(o->ops.arg, name);
	int fd = *name ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : o->home_fd;
	if (fd < 0)
		return -1;
	if (o->fd_owned)
		close(o->fd);
	o->fd = fd;
	o->fd_owned = *name != '\0';
	return 0;
}

/* What failed here, not in the kernel. */
__attribute__((format(printf, 3, 4))) static void
library_error(struct output *o, const struct consume_rec *r, const char *fmt, ...)
{
	struct consume_error err = {.epid = r->seg->epid,
				    .action = UINT64_MAX,
				    .offset = UINT64_MAX,
				    .fault = FLT_LIBRARY,
				    .probe = r->probe,
				    .cpu = (int)r->cpu};
	char what[1024], text[1280];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (say_error(o, &err, consume_error_say(&err, what, text, sizeof(text))))
		o->failed = true;
}

static void act_freopen(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	char *name = format_apart(o, r, a);
	output_flush(o);
	if (name && o->opts->destructive && reopen(o, name) < 0)
		library_error(o, r, "couldn't freopen() \"%s\": %s", name, strerror(errno));
	free(name);
}

static void act_ftruncate(struct output *o)
{
	output_flush(o);
	if (o->ops.file)
		o->ops.file(o->ops.arg, NULL);
	else if (ftruncate(o->fd, 0) == 0)
		lseek(o->fd, 0, SEEK_SET);
}

static void act_tracemem(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	const struct plan_rec *rec = &a->recs.at[0];
	uint64_t n = rec->arg && rec->arg < rec->size ? rec->arg : rec->size;
	if (a->recs.n > 1) {
		uint64_t dyn = (uint64_t)plan_int(r->data + a->recs.at[1].offset,
						  a->recs.at[1].size, a->recs.at[1].is_signed);
		if (dyn && dyn < n)
			n = dyn;
	}
	value_bytes(o, r->data + rec->offset, n, -33, o->opts->quiet, true);
}

static void act_setopt(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	char name[256], value[256] = "1";
	size_t n;
	const char *s = plan_text(o->plan, &a->recs.at[0], r->data, &n);
	snprintf(name, sizeof(name), "%.*s", (int)(n < 255 ? n : 255), s);
	if (a->recs.n > 1) {
		s = plan_text(o->plan, &a->recs.at[1], r->data, &n);
		snprintf(value, sizeof(value), "%.*s", (int)(n < 255 ? n : 255), s);
	}
	struct err e = {0};
	int rc = o->ops.setopt ? o->ops.setopt(o->ops.arg, name, value, &e) : 0;
	if (rc < 0)
		library_error(o, r, "couldn't set option \"%s\" to \"%s\": %s", name, value,
			      e.text);
	o->failed |= rc > 0;
}

static int64_t first_int(const struct consume_rec *r, const struct plan_action *a,
			 int64_t otherwise)
{
	if (a->recs.n == 0)
		return otherwise;
	const struct plan_rec *rec = &a->recs.at[0];
	return plan_int(r->data + rec->offset, rec->size, true);
}

static void act_sym(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	char s[512];
	size_t n = sym_text(o, a->act, &a->recs.at[0], r->data, s, sizeof(s));
	buf_puts(&o->text, "  ");
	text_pad(&o->text, s, n, 50, true);
}

/* What shows as text; everything here has at least one rec. */
static void show(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	if (o->opts->format == OUTPUT_JSON) {
		json_action(o, r, a);
		return;
	}
	if (o->opts->format == OUTPUT_FOLDED) {
		folded_stack(o, r, &a->recs.at[0]);
		return;
	}
	switch (a->act) {
	case PACT_TRACEMEM:
		act_tracemem(o, r, a);
		break;
	case PACT_PCAP:
		pcap_show(o, r, a);
		break;
	case PACT_PRINT:
		print_value(o, &a->recs.at[0], r->data);
		break;
	case PACT_STACK:
	case PACT_USTACK:
	case PACT_JSTACK:
		stack_print(o, &a->recs.at[0], r->data, NULL);
		break;
	case PACT_TRACE:
		value_trace(o, &a->recs.at[0], r->data);
		break;
	default:
		act_sym(o, r, a);
		break;
	}
}

static void show_printf(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	if (o->opts->format == OUTPUT_TEXT) {
		run_printf(o, r, a);
		return;
	}
	char *s = format_apart(o, r, a);
	if (o->opts->format == OUTPUT_JSON && s)
		json_text(o, r, "printf", s, strlen(s));
	free(s);
}

static const char *agg_name(const struct plan *p, uint32_t id)
{
	for (size_t i = 0; i < p->aggs.n; i++)
		if (p->aggs.at[i].id == id)
			return p->aggs.at[i].name;
	return "";
}

static void on_aggs(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	if (!o->aggs || a->aggs.n == 0)
		return;
	uint32_t id = a->aggs.at[0];
	if (a->act == PACT_CLEAR)
		aggs_clear(o->aggs, id);
	else if (a->act == PACT_TRUNC)
		aggs_trunc(o->aggs, id, first_int(r, a, 0));
	else if (a->act == PACT_DENORMALIZE)
		aggs_normalize(o->aggs, id, 1);
	else if (first_int(r, a, 1) == 0)
		library_error(o, r, "couldn't normalize() @%s by 0", agg_name(o->plan, id));
	else
		aggs_normalize(o->aggs, id, (uint64_t)first_int(r, a, 1));
}

static void run_action(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	switch (a->act) {
	case PACT_PRINTF:
		show_printf(o, r, a);
		break;
	case PACT_PRINTA:
		aggs_print(o, a, a->format && *a->format ? format_of(o, r, a) : NULL);
		break;
	case PACT_SYSTEM:
		act_system(o, r, a);
		break;
	case PACT_FREOPEN:
		act_freopen(o, r, a);
		break;
	case PACT_FTRUNCATE:
		act_ftruncate(o);
		break;
	case PACT_CLEAR:
	case PACT_TRUNC:
	case PACT_NORMALIZE:
	case PACT_DENORMALIZE:
		on_aggs(o, r, a);
		break;
	case PACT_EXIT:
		if (o->ops.exit)
			o->ops.exit(o->ops.arg, (int)first_int(r, a, 0));
		break;
	case PACT_SETOPT:
		if (a->recs.n)
			act_setopt(o, r, a);
		break;
	case PACT_TRACE:
	case PACT_TRACEMEM:
	case PACT_PCAP:
	case PACT_PRINT:
	case PACT_STACK:
	case PACT_USTACK:
	case PACT_JSTACK:
	case PACT_SYM:
	case PACT_MOD:
	case PACT_FUNC:
	case PACT_USYM:
	case PACT_UMOD:
	case PACT_UFUNC:
	case PACT_UADDR:
		if (a->recs.n)
			show(o, r, a);
		break;
	default: /* done in the kernel, or by the consumer */
		break;
	}
}

/* ---- records ---- */

static int fault(struct output *o, const struct consume_rec *r, const struct plan_action *a)
{
	struct consume_error err;
	char text[512];
	consume_error_read(a, r, &err);
	return say_error(o, &err, consume_error_text(&err, text, sizeof(text)));
}

static void head(struct output *o, const struct consume_rec *r)
{
	if (o->opts->bare)
		return;
	output_header(o);
	if (o->opts->format != OUTPUT_TEXT)
		return;
	if (o->opts->flowindent)
		head_flow(o, r);
	else if (!o->opts->quiet)
		head_plain(o, r);
}

static int actions(struct output *o, const struct consume_rec *r)
{
	const struct plan_seg *s = r->seg;
	for (size_t i = 0; i < s->actions.n && !o->failed; i++) {
		const struct plan_action *a = &s->actions.at[i];
		o->origin.action = a;
		int how = o->ops.action ? o->ops.action(o->ops.arg, r, a) : OUTPUT_THIS;
		if (how == OUTPUT_ABORT)
			return -1;
		if (how == OUTPUT_THIS)
			run_action(o, r, a);
		out_piece(o, ORIGIN_OTHER, NULL);
	}
	o->origin.action = NULL;
	return 0;
}

/* Only records with something to show make a JSON line of their own. */
static bool shows_nothing(const struct plan_seg *s)
{
	for (size_t i = 0; i < s->actions.n; i++)
		if (s->actions.at[i].act != PACT_DEFAULT && s->actions.at[i].act != PACT_EXIT)
			return false;
	return true;
}

static int record(struct output *o, const struct consume_rec *r)
{
	int how = OUTPUT_THIS;
	o->origin = (struct output_origin){.rec = r, .prefix = ""};
	if (o->opts->flowindent)
		flow_of(o, r);
	if (o->ops.probe)
		how = o->ops.probe(o->ops.arg, r, &o->origin);
	if (how == OUTPUT_ABORT)
		return -1;
	if (how == OUTPUT_NEXT)
		return 0;
	head(o, r);
	out_piece(o, ORIGIN_OTHER, NULL);
	if (o->opts->format == OUTPUT_JSON && shows_nothing(r->seg))
		json_record(o, r);
	if (actions(o, r))
		return -1;
	how = o->ops.action ? o->ops.action(o->ops.arg, r, NULL) : OUTPUT_THIS;
	if (how == OUTPUT_THIS && !o->opts->quiet && !o->opts->bare &&
	    o->opts->format == OUTPUT_TEXT)
		buf_putc(&o->text, '\n');
	out_piece(o, ORIGIN_OTHER, NULL);
	return how == OUTPUT_ABORT ? -1 : 0;
}

int output_record(void *arg, const struct consume_rec *r)
{
	struct output *o = arg;
	const struct plan_seg *s = r->seg;
	if (s->actions.n && s->actions.at[0].act == PACT_ERROR)
		return fault(o, r, &s->actions.at[0]);
	if (plan_seg_dtrace_bytes(s) ==
	    0) /* nothing but speculate(), commit(), raise() and the like */
		return 0;
	int rc = record(o, r);
	o->last_epid = s->id + 1;
	o->last_probe = r->probe->id;
	o->origin = (struct output_origin){.prefix = ""};
	if (o->text.n >= FLUSH_BYTES)
		output_flush(o);
	return rc || o->failed ? -1 : 0;
}

void output_drop(void *arg, const struct consume_drop *d)
{
	struct output *o = arg;
	char text[192];
	snprintf(text, sizeof(text), "%s%s%s%s", o->opts->droptags ? "[" : "",
		 o->opts->droptags ? d->tag : "", o->opts->droptags ? "] " : "", d->text);
	if (o->opts->format == OUTPUT_JSON)
		json_drop(o, d);
	if (o->ops.drop)
		o->ops.drop(o->ops.arg, d, text);
}

int output_aggs(struct output *o)
{
	size_t n = o->aggs ? o->plan->aggs.n : 0;
	for (size_t i = 0; i < n; i++) {
		size_t id = o->opts->sort.reverse ? n - 1 - i : i;
		if (!aggs_printed(o->aggs, (uint32_t)id))
			aggs_print_one(o, (uint32_t)id);
	}
	return o->failed ? -1 : 0;
}

int output_finish(struct output *o, int status)
{
	output_puts(o, "\n");
	output_aggs(o);
	if (o->opts->format == OUTPUT_JSON)
		json_exit(o, status);
	return output_flush(o);
}
