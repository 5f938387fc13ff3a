/*
 * start.c - from a compiled session to one that traces: options, sinks, the kernel's checks, attaching, BEGIN
 *
 * In: the programs of a session, its options, whom its output tells. Out: loaded and attached programs, the consumer and
 * the output; what they tell by callback ends here. What follows is run.c.
 */
#include "dtrace/api/session_int.h"

#include "base/clock.h"
#include "dtrace/kern/kern.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static uint64_t value_or(const struct session *s, enum option id, uint64_t dflt)
{
	return s->opts.value[id] == OPTION_UNSET ? dflt : s->opts.value[id];
}

static bool flag(const struct session *s, enum option id)
{
	return value_or(s, id, 0) != 0;
}

void session_set_ops(struct session *s, const struct session_ops *ops)
{
	s->ops = *ops;
}

void session_set_fd(struct session *s, int fd)
{
	s->out_fd = fd;
	if (s->output)
		output_set_fd(s->output, fd);
}

/* ---- options that the output reads live ---- */

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

void session_read_options(struct session *s)
{
	const char *format = s->opts.text[OPT_FORMAT];
	struct output_opts *o = &s->out_opts;
	o->format = format && strcmp(format, "json") == 0 ? OUTPUT_JSON
		    : (format && strcmp(format, "folded") == 0) || flag(s, OPT_FOLDEDSTACKS) ||
			    s->opts.text[OPT_FLAME]
			? OUTPUT_FOLDED
			: OUTPUT_TEXT;
	o->bare = s->ops.bare;
	o->quiet = flag(s, OPT_QUIET);
	o->flowindent = flag(s, OPT_FLOWINDENT);
	o->rawbytes = flag(s, OPT_RAWBYTES);
	o->agghist = flag(s, OPT_AGGHIST);
	o->aggpack = flag(s, OPT_AGGPACK);
	o->aggzoom = flag(s, OPT_AGGZOOM);
	o->aggpercpu = flag(s, OPT_AGGPERCPU);
	o->noresolve = flag(s, OPT_NORESOLVE);
	o->target = s->ntargets ? (uint64_t)s->targets[0].pid : 0;
	o->droptags = flag(s, OPT_DROPTAGS);
	uint64_t indent = value_or(s, OPT_STACKINDENT, 14);
	o->stackindent = indent ? (int)indent : -1;
	o->destructive = flag(s, OPT_DESTRUCTIVE);
	o->sort = (struct agg_sort){.by_key = flag(s, OPT_AGGSORTKEY),
				    .reverse = flag(s, OPT_AGGSORTREV),
				    .keypos = (uint32_t)value_or(s, OPT_AGGSORTKEYPOS, 0),
				    .pos = (uint32_t)value_or(s, OPT_AGGSORTPOS, 0)};
	const char *enc = s->opts.text[OPT_ENCODING];
	o->encoding = !enc			 ? ENCODING_AUTO
		      : strcmp(enc, "utf8") == 0 ? ENCODING_UTF8
						 : ENCODING_ASCII;
	s->switch_ns = value_or(s, OPT_SWITCHRATE, 1000000000);
	s->status_ns = value_or(s, OPT_STATUSRATE, 1000000000);
	s->agg_ns = value_or(s, OPT_AGGRATE, 1000000000);
	if (s->limited) {
		s->switch_ns = most(s->switch_ns, s->limit.round_ns);
		s->status_ns = most(s->status_ns, s->limit.round_ns);
		s->agg_ns = most(s->agg_ns, s->limit.round_ns);
	}
}

/* ---- callbacks of the output ---- */

static int on_error(void *arg, const struct consume_error *err, const char *text)
{
	struct session *s = arg;
	const struct plan_probe *p = err->probe;
	struct session_error told = {.probe = {p->id, p->provider, p->module, p->function, p->name},
				     .cpu = err->cpu,
				     .epid = err->epid,
				     .action = err->action,
				     .offset = err->offset,
				     .fault = err->fault,
				     .address = err->address,
				     .text = text};
	if (s->ops.error && s->ops.error(s->ops.arg, &told))
		s->aborted = true;
	return s->aborted ? -1 : 0;
}

void session_tell_drop(struct session *s, const struct session_drop *d)
{
	if (s->ops.drop && s->ops.drop(s->ops.arg, d))
		s->aborted = true;
}

static enum session_drop_kind kind_of(enum consume_drop_kind kind)
{
	static const enum session_drop_kind kinds[DROP_NKINDS] = {
	    [DROP_PRINCIPAL] = SESSION_DROP_PRINCIPAL,
	    [DROP_AGGREGATION] = SESSION_DROP_AGGREGATION,
	    [DROP_DYNAMIC] = SESSION_DROP_DYNAMIC,
	    [DROP_DYNRINSE] = SESSION_DROP_DYNRINSE,
	    [DROP_DYNDIRTY] = SESSION_DROP_DYNDIRTY,
	    [DROP_SPEC] = SESSION_DROP_SPEC,
	    [DROP_SPECBUSY] = SESSION_DROP_SPECBUSY,
	    [DROP_SPECUNAVAIL] = SESSION_DROP_SPECUNAVAIL,
	    [DROP_STKSTROVERFLOW] = SESSION_DROP_STKSTROVERFLOW,
	    [DROP_DBLERROR] = SESSION_DROP_DBLERROR,
	};
	return kind < DROP_NKINDS ? kinds[kind] : SESSION_DROP_OTHER;
}

/* The first drop of each kind says what helps. */
static int on_drop(void *arg, const struct consume_drop *d, const char *text)
{
	struct session *s = arg;
	struct session_drop told = {.kind = kind_of(d->kind),
				    .cpu = d->cpu,
				    .count = d->count,
				    .total = d->total,
				    .text = text,
				    .remedy = d->remedy};
	char hinted[256];
	unsigned bit = 1u << d->kind;
	if (s->ops.explain && d->remedy && !(s->drops_hinted & bit)) {
		s->drops_hinted |= bit;
		snprintf(hinted, sizeof(hinted), "%s\n    hint: -x %s= makes more room", text,
			 d->remedy);
		told.text = hinted;
	}
	session_tell_drop(s, &told);
	return 0;
}

static void on_exit_action(void *arg, int status)
{
	struct session *s = arg;
	s->exited = true;
	s->exit_status = status;
}

static int on_setopt(void *arg, const char *name, const char *value, struct err *e)
{
	struct session *s = arg;
	int64_t before = SESSION_UNSET, now = SESSION_UNSET;
	session_getopt(s, name, &before, e);
	if (options_set(&s->opts, s->arena, name, value, true, e) < 0)
		return -1;
	session_read_options(s);
	session_getopt(s, name, &now, e);
	s->aborted |= s->ops.option && s->ops.option(s->ops.arg, name, before, now);
	return s->aborted;
}

/* ---- start ---- */

/* -xdebug: what was done, and how long it took since. */
static void debug(const struct session *s, uint64_t *since, const char *what)
{
	uint64_t now = clock_ns();
	size_t insns = 0;
	if (!flag(s, OPT_DEBUG))
		return;
	for (size_t i = 0; i < s->image.progs.n; i++)
		insns += s->image.progs.at[i].ninsns;
	fprintf(stderr, "dtrace DEBUG: %s: %llu us; %zu programs, %zu instructions, %zu maps\n",
		what, (unsigned long long)((now - *since) / 1000), s->image.progs.n, insns,
		s->image.maps.n);
	*since = now;
}

enum { DEFAULT_BUFSIZE = 4 << 20, WATCH_AFTER_NS = 1000000000 };

bool session_keeps(const struct session *s)
{
	return value_or(s, OPT_BUFPOLICY, BUFPOLICY_SWITCH) != BUFPOLICY_SWITCH;
}

static int window_show(void *arg, uint32_t map, size_t off, size_t bytes)
{
	struct session *s = arg;
	return load_show(s->loaded, map, off, bytes);
}

static void window_hide(void *arg, uint32_t map)
{
	struct session *s = arg;
	/* Small tables that are read all the time stay: to map them costs more than to read them. */
	if (!s->limit.slots)
		load_hide(s->loaded, map);
}

static int window_grace(void *arg)
{
	struct session *s = arg;
	struct err e = {0};
	return load_grace(s->loaded, &e);
}

static bool window_grace_over(void *arg)
{
	const struct session *s = arg;
	return load_grace_over(s->loaded);
}

/* Before anything is traced: what was recorded must have a place to go. */
static int open_flame(struct session *s, struct err *e)
{
	const char *path = s->opts.text[OPT_FLAME];
	if (!path || s->flame || s->flame_elsewhere)
		return 0;
	if (s->sink.flame && s->sink.file)
		s->flame_elsewhere = s->sink.file(s->sink.arg, SESSION_FLAME, path) == 0;
	else
		s->flame = fopen(path, "we");
	if (!s->flame && !s->flame_elsewhere)
		return err_sys(e, errno, "failed to open the file of the flame graph, %s", path);
	return 0;
}

/* Folded stacks are gathered for the flame graph that is drawn at the end. */
static int keep_stacks(void *arg, const char *text, size_t bytes,
		       const struct output_origin *origin)
{
	struct session *s = arg;
	(void)origin;
	buf_add(&s->stacks, text, bytes);
	return s->stacks.oom ? -1 : 0;
}

static int write_sink(void *arg, const char *text, size_t bytes, const struct output_origin *origin)
{
	struct session *s = arg;
	(void)origin;
	return s->sink.write(s->sink.arg, text, bytes);
}

static int file_sink(void *arg, const char *name)
{
	struct session *s = arg;
	return s->sink.file(s->sink.arg, name ? SESSION_REOPEN : SESSION_TRUNCATE,
			    name ? name : "");
}

static int system_sink(void *arg, const char *command)
{
	struct session *s = arg;
	return s->sink.system(s->sink.arg, command);
}

static void sink_hook(const struct session *s, struct output_ops *oo)
{
	if (s->sink.write)
		oo->write = write_sink;
	if (s->sink.file)
		oo->file = file_sink;
	if (s->sink.system)
		oo->system = system_sink;
}

static int make_consumer(struct session *s, struct err *e)
{
	s->window = (struct consume_window){.show = window_show,
					    .hide = window_hide,
					    .grace = window_grace,
					    .grace_over = window_grace_over,
					    .arg = s};
	struct consume_input in = {.image = &s->image,
				   .glob = load_state(s->loaded),
				   .buf = load_buf(s->loaded, 0),
				   .agg = load_agg(s->loaded, 0),
				   .window = &s->window};
	struct output_ops oo = {.error = on_error,
				.drop = on_drop,
				.exit = on_exit_action,
				.setopt = on_setopt,
				.arg = s};
	sink_hook(s, &oo);
	if (s->flame || s->flame_elsewhere)
		oo.write = keep_stacks;
	records_hook(s, &oo);
	if (!s->syms)
		s->syms = symbols_new(NULL, NULL);
	if (views_init(s, e) < 0)
		return -1;
	if (s->image.plan.aggs.n && !(s->aggs = aggs_new(&s->image, in.agg, s->syms, e)))
		return -1;
	if (s->aggs)
		aggs_set_window(s->aggs, &s->window);
	if (s->aggs && flag(s, OPT_AGGPERCPU) && aggs_keep_cpus(s->aggs, e) < 0)
		return -1;
	if (!(s->output = output_new(&s->image, s->aggs, s->syms, &s->out_opts, &oo, e)))
		return -1;
	output_set_fd(s->output, s->out_fd);
	/* Without records there are drops to tell of, and a clock to keep. */
	struct consume_ops co = {.record = output_record, .drop = output_drop, .arg = s->output};
	if (!(s->consume = consume_new(&in, &co, e)))
		return -1;
	consume_set_temporal(s->consume, value_or(s, OPT_TEMPORAL, 1) != 0);
	return in.buf && session_keeps(s)
		   ? consume_set_policy(s->consume,
					s->opts.value[OPT_BUFPOLICY] == BUFPOLICY_FILL
					    ? CONSUME_FILL
					    : CONSUME_RING,
					value_or(s, OPT_BUFSIZE, DEFAULT_BUFSIZE), e)
		   : 0;
}

void session_set_clock(struct session *s)
{
	struct timespec wall, mono;
	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &wall);
	load_state(s->loaded)->wall_offset = (uint64_t)(wall.tv_sec - mono.tv_sec) * 1000000000u +
					     (uint64_t)wall.tv_nsec - (uint64_t)mono.tv_nsec;
}

/* Kernels that count maps as locked memory of the user do so by this limit; no higher than the
 * system allows, which shows when a map is refused. */
static void set_lockmem(const struct session *s)
{
	uint64_t n = s->opts.value[OPT_LOCKMEM];
	struct rlimit limit = {.rlim_cur = n, .rlim_max = n}, have;
	if (n == OPTION_UNSET || getrlimit(RLIMIT_MEMLOCK, &have) < 0)
		return;
	if (n == OPTION_UNLIMITED)
		limit.rlim_cur = limit.rlim_max = RLIM_INFINITY;
	if (limit.rlim_cur > have.rlim_max && setrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		return;
	have.rlim_cur = limit.rlim_cur < have.rlim_max ? limit.rlim_cur : have.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &have);
}

/* The room for tables that user stacks are walked by is known once it is known that some are. */
static int make_room(struct session *s, struct err *e)
{
	bool asked = s->opts.value[OPT_UNWINDSIZE] != OPTION_UNSET;
	uint64_t bytes = userspace_survey(s);
	if (asked || bytes <= s->image.maps.at[IMAGE_MAP_ROWS].value_bytes)
		return 0;
	s->opts.value[OPT_UNWINDSIZE] = bytes;
	s->lowered = false;
	int r = session_lower(s, e);
	s->opts.value[OPT_UNWINDSIZE] = OPTION_UNSET;
	return r;
}

/* Into the kernel. What was compiled for features that turn out to be missing is compiled again
 * without them. */
static int load(struct session *s, struct err *e)
{
	struct load_opts lo = {
	    .cpu = s->opts.value[OPT_CPU] == OPTION_UNSET ? -1 : (int)s->opts.value[OPT_CPU],
	    .bpflog = flag(s, OPT_BPFLOG) ? &s->bpflog : NULL,
	    .bpflog_bytes = (size_t)value_or(s, OPT_BPFLOGSIZE, 0)};
	s->loaded = load_image(&s->image, &s->features, &lo, e);
	if (s->loaded || !features_settle(&s->features))
		return s->loaded ? 0 : -1;
	s->lowered = false;
	buf_clear(&s->bpflog);
	*e = (struct err){0};
	if (session_lower(s, e) < 0 || make_room(s, e) < 0)
		return -1;
	s->loaded = load_image(&s->image, &s->features, &lo, e);
	return s->loaded ? 0 : -1;
}

static bool is_destructive(const struct session *s)
{
	for (size_t i = 0; i < s->enabled.n; i++)
		if (s->enabled.at[i]->destructive)
			return true;
	return false;
}

int session_go(struct session *s, struct err *e)
{
	uint64_t since = clock_ns();
	if (s->loaded)
		return err_set(e, EBUSY, "Operation illegal when tracing is active");
	if (is_destructive(s) && !flag(s, OPT_DESTRUCTIVE))
		return err_set(e, EACCES, "Destructive actions not allowed");
	uint32_t ncpu = (uint32_t)kern_ncpus_possible();
	if (value_or(s, OPT_CPU, 0) >= ncpu)
		return err_set(e, EINVAL, "there is no CPU %llu: they are 0 to %u (option cpu)",
			       (unsigned long long)s->opts.value[OPT_CPU], ncpu - 1);
	if (sizes_lower(s, ncpu, e) < 0 || session_lower(s, e) < 0 || make_room(s, e) < 0 ||
	    sizes_check(s, e) < 0 || serve_check(s, e) < 0)
		return -1;
	if (flag(s, OPT_GRABANON))
		return err_set(e, ENOENT, "No anonymous tracing state");
	if (open_flame(s, e) < 0)
		return -1;
	debug(s, &since, "compiled");
	if (targets_map(s, e) < 0)
		return -1;
	session_read_options(s);
	set_lockmem(s);
	if (load(s, e) < 0 || make_consumer(s, e) < 0)
		return -1;
	debug(s, &since, "verified by the kernel");
	session_set_clock(s);
	userspace_watch(s);
	traced_note(s, &s->image);
	traced_note_targets(s);
	if (load_attach(s->loaded, e) < 0)
		return -1;
	userspace_attached(s);
	debug(s, &since, "probes attached");
	load_set_activity(s->loaded, ACT_WARMUP);
	if (load_run(s->loaded, "BEGIN", e) < 0)
		return -1;
	if (!session_exiting(s))
		load_set_activity(s->loaded, ACT_ACTIVE);
	debug(s, &since, "BEGIN done");
	/* What BEGIN recorded is shown at once, or when it is old enough, not a switchrate later. */
	s->next_switch = clock_ns() + (s->image.stamp_clock ? CONSUME_CLOCK_SLACK_NS : 0);
	s->next_status = s->next_agg = s->next_switch;
	s->watched_from = flag(s, OPT_DESTRUCTIVE) ? UINT64_MAX : s->next_switch + WATCH_AFTER_NS;
	targets_look(s);
	loading_watch_targets(s);
	return targets_continue(s, e);
}
