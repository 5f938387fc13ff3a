/*
 * load.c - makes the maps, loads and attaches the programs of an image; see load.h
 *
 * All descriptors are collected in struct loaded; nothing outlives them. Attaching is the time in
 * which the user waits and the system is touched, so it comes last and does nothing else.
 */
#include "dtrace/kern/load.h"

#include "dtrace/kern/deadman.h"
#include "dtrace/kern/grace.h"
#include "dtrace/kern/insn.h"
#include "dtrace/kern/kern.h"
#include "dtrace/kern/load_int.h"
#include "dtrace/kern/perf_events.h"
#include "dtrace/types/btf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LOG_BYTES = 16 << 20 }; /* only touched as far as the verifier writes */

/* ---- maps ---- */

static struct kern_map_spec map_spec(const struct image_map *m)
{
	struct kern_map_spec s = {.key_bytes = m->key_bytes,
				  .value_bytes = m->value_bytes,
				  .entries = m->entries,
				  .name = m->name,
				  .timer_btf = m->value_timer,
				  .task_btf = m->value_task};

	switch (m->kind) {
	case MAP_KIND_ARRAY:
		s.type = BPF_MAP_TYPE_ARRAY;
		s.key_bytes = 4;
		break;
	case MAP_KIND_PERCPU_ARRAY:
		s.type = BPF_MAP_TYPE_PERCPU_ARRAY;
		s.key_bytes = 4;
		break;
	case MAP_KIND_HASH:
		s.type = BPF_MAP_TYPE_HASH;
		s.flags = m->prealloc ? 0 : BPF_F_NO_PREALLOC;
		break;
	case MAP_KIND_TASK_STORAGE:
		s.type = BPF_MAP_TYPE_TASK_STORAGE;
		s.key_bytes = 4;
		s.entries = 0;
		s.flags = BPF_F_NO_PREALLOC;
		s.task_storage_btf = true;
		break;
	}
	if (m->mmapable)
		s.flags |= BPF_F_MMAPABLE;
	return s;
}

static size_t page_round(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page - 1) & ~(page - 1);
}

static uint8_t *map_glob(struct loaded *l, struct err *e)
{
	l->glob_bytes = page_round(l->image->maps.at[IMAGE_MAP_GLOB].value_bytes);
	return kern_map_mmap(l->map_fds[IMAGE_MAP_GLOB], l->glob_bytes, e);
}

/* Opens the view of a mmapable array whose elements lie *stride bytes apart, with the first `head`
 * bytes of each shown. */
static int view_memory(struct loaded *l, uint32_t index, struct view *v, size_t *stride,
		       size_t head, struct err *e)
{
	const struct image_map *m = &l->image->maps.at[index];
	int fd = l->map_fds[index];

	*stride = ((size_t)m->value_bytes + 7) & ~(size_t)7;
	if (view_open(v, fd, page_round(*stride * m->entries), page_round(1), e) < 0)
		return -1;
	for (uint32_t i = 0; i < m->entries; i++)
		if (view_show(v, *stride * i, head, true) < 0)
			return err_sys(e, errno, "cannot map a kernel array");
	return 0;
}

static bool has_memory(const struct loaded *l, uint32_t index)
{
	return index < l->image->maps.n && l->map_fds[index] >= 0 &&
	       l->image->maps.at[index].mmapable;
}

static int map_all_memory(struct loaded *l, struct err *e)
{
	if (has_memory(l, IMAGE_MAP_GLOB)) {
		l->glob = map_glob(l, e);
		if (!l->glob)
			return -1;
		if (l->image->glob_init)
			memcpy(l->glob, l->image->glob_init, l->image->glob_bytes);
	}
	if (has_memory(l, IMAGE_MAP_BUF) &&
	    view_memory(l, IMAGE_MAP_BUF, &l->buf, &l->buf_stride, IMAGE_BUF_DATA, e) < 0)
		return -1;
	if (has_memory(l, IMAGE_MAP_AGG) &&
	    view_memory(l, IMAGE_MAP_AGG, &l->agg, &l->agg_stride, IMAGE_AGG_CELLS, e) < 0)
		return -1;
	return 0;
}

static int make_maps(struct loaded *l, struct err *e)
{
	for (size_t i = 0; i < l->image->maps.n; i++) {
		struct kern_map_spec spec = map_spec(&l->image->maps.at[i]);

		if (!spec.value_bytes)
			continue;
		l->map_fds[i] = kern_map_create(&spec, e);
		if (l->map_fds[i] < 0)
			return -1;
	}
	return map_all_memory(l, e);
}

/* ---- programs ---- */

static int relocate(struct loaded *l, const struct image_reloc *r, struct bpf_insn *insn,
		    struct err *e)
{
	uint32_t id;

	switch (r->kind) {
	case RELOC_MAP:
	case RELOC_MAPVAL:
		if (r->index >= l->image->maps.n || l->map_fds[r->index] < 0)
			return err_set(e, EINVAL,
				       "internal error: program uses map %u, which was not made",
				       r->index);
		insn->src_reg = r->kind == RELOC_MAP ? BPF_PSEUDO_MAP_FD : BPF_PSEUDO_MAP_VALUE;
		insn->imm = l->map_fds[r->index];
		if (l->first && r->index == IMAGE_MAP_GLOB && r->kind == RELOC_MAPVAL &&
		    (uint32_t)insn[1].imm < l->image->shared_bytes)
			insn->imm = l->first->map_fds[r->index];
		return 0; /* of a value, the offset stands in the second slot already */
	case RELOC_KFUNC:
		id = l->features->btf ? btf_find(l->features->btf, r->sym, BTF_KIND_FUNC) : 0;
		if (!id)
			return err_set(e, ENOENT, "this kernel has no function %s for programs",
				       r->sym);
		insn->src_reg = BPF_PSEUDO_KFUNC_CALL;
		insn->imm = (int32_t)id;
		return 0;
	}
	return err_set(e, EINVAL, "internal error: relocation of unknown kind");
}

struct bpf_insn *load_relocated(struct loaded *l, const struct image_prog *p, uint32_t prefix,
				struct err *e)
{
	struct bpf_insn *insns = calloc(p->ninsns + prefix, sizeof(*insns));

	if (!insns) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	memcpy(insns + prefix, p->insns, p->ninsns * sizeof(*insns));
	for (size_t i = 0; i < p->relocs.n; i++) {
		if (relocate(l, &p->relocs.at[i], insns + prefix + p->relocs.at[i].insn, e) < 0) {
			free(insns);
			return NULL;
		}
	}
	return insns;
}

int load_prog_checked(struct loaded *l, const struct image_prog *p, struct kern_prog_spec *spec,
		      uint32_t prefix, struct err *e)
{
	size_t bytes = l->opts.bpflog_bytes ? l->opts.bpflog_bytes : LOG_BYTES;
	char *log = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (log == MAP_FAILED)
		log = NULL;
	spec->report = l->opts.bpflog != NULL;
	int fd = kern_prog_load(spec, log, log ? bytes : 0, e);

	if (l->opts.bpflog && log && *log)
		buf_printf(l->opts.bpflog, "---- program %s\n%s\n", p->name, log);
	if (fd < 0 && log && *log && e->code != EMFILE)
		load_refusal(p, log, prefix, l->image->plan.strsize, e);
	if (log)
		munmap(log, bytes);
	return fd;
}

/* Type and attach type of a program by how it will be attached. */
static int prog_kind(struct loaded *l, const struct image_prog *p, struct kern_prog_spec *s,
		     struct err *e)
{
	char name[128];

	switch (p->attach.kind) {
	case ATTACH_NONE:
	case ATTACH_CALLED:
	case ATTACH_RAW_TP:
	case ATTACH_TICK:
		s->type = BPF_PROG_TYPE_RAW_TRACEPOINT;
		return 0;
	case ATTACH_TP_BTF:
		snprintf(name, sizeof(name), "btf_trace_%s", p->attach.target);
		s->type = BPF_PROG_TYPE_TRACING;
		s->expected_attach_type = BPF_TRACE_RAW_TP;
		s->attach_btf_id =
		    l->features->btf ? btf_find(l->features->btf, name, BTF_KIND_TYPEDEF) : 0;
		if (!s->attach_btf_id)
			return err_set(e, ENOENT, "this kernel has no typed tracepoint %s",
				       p->attach.target);
		return 0;
	case ATTACH_PERF_CLOCK:
	case ATTACH_PERF_EVENT:
		s->type = BPF_PROG_TYPE_PERF_EVENT;
		return 0;
	case ATTACH_FENTRY:
	case ATTACH_FEXIT:
		s->type = BPF_PROG_TYPE_TRACING;
		s->expected_attach_type =
		    p->attach.kind == ATTACH_FENTRY ? BPF_TRACE_FENTRY : BPF_TRACE_FEXIT;
		s->attach_btf_id = l->features->btf
				       ? btf_find(l->features->btf, p->attach.target, BTF_KIND_FUNC)
				       : 0;
		return s->attach_btf_id
			   ? 0
			   : err_set(e, ENOENT, "this kernel has no function %s", p->attach.target);
	case ATTACH_KPROBE:
		s->type = BPF_PROG_TYPE_KPROBE;
		s->expected_attach_type =
		    feature_has(l->features, FEAT_KPROBE_MULTI) ? LOAD_KPROBE_MULTI : 0;
		return 0;
	case ATTACH_UPROBE_MULTI:
		s->type = BPF_PROG_TYPE_KPROBE;
		s->expected_attach_type =
		    feature_has(l->features, FEAT_UPROBE_MULTI) ? LOAD_UPROBE_MULTI : 0;
		return 0;
	}
	return err_set(e, ENOTSUP, "program %s: this way of attaching is not supported", p->name);
}

/* Type information of a program with callbacks: descriptor, and its func_info in *info (to be
 * freed). */
static int callback_btf(const struct image_prog *p, struct kern_prog_spec *s, uint32_t **info,
			struct err *e)
{
	uint32_t n = (uint32_t)p->funcs.n;
	struct kern_func *funcs = calloc(n, sizeof(*funcs));

	*info = calloc(n, 2 * sizeof(**info));
	if (!funcs || !*info) {
		free(funcs);
		return err_set(e, ENOMEM, "out of memory");
	}
	for (uint32_t i = 0; i < n; i++)
		funcs[i] =
		    (struct kern_func){i < p->func_names.n ? p->func_names.at[i] : "f",
				       p->funcs.at[i], i < p->abis.n ? &p->abis.at[i] : NULL};
	s->btf_fd = kern_btf_for_funcs(funcs, n, *info, e);
	s->func_info = *info;
	s->nfunc_info = n;
	s->func_info_rec_bytes = 8;
	free(funcs);
	return s->btf_fd;
}

static int load_prog(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	const struct image_prog *p = lp->image;
	struct kern_prog_spec spec = {
	    .name = p->name, .ninsns = p->ninsns, .flags = p->sleepable ? BPF_F_SLEEPABLE : 0};
	struct bpf_insn *insns;
	uint32_t *info = NULL;

	if (p->attach.kind == ATTACH_TICK)
		return load_tick_prog(l, lp, e);
	if (prog_kind(l, p, &spec, e) < 0)
		return -1;
	insns = load_relocated(l, p, 0, e);
	if (!insns)
		return -1;
	spec.insns = insns;
	if (p->has_callbacks && p->funcs.n && callback_btf(p, &spec, &info, e) < 0)
		lp->fd = -1;
	else
		lp->fd = load_prog_checked(l, p, &spec, 0, e);
	if (spec.btf_fd > 0)
		close(spec.btf_fd);
	free(info);
	free(insns);
	return lp->fd < 0 ? -1 : 0;
}

/* ---- the whole ---- */

static struct loaded *loaded_new(const struct image *image, const struct features *features,
				 const struct load_opts *opts)
{
	struct loaded *l = calloc(1, sizeof(*l));
	size_t i;

	if (!l)
		return NULL;
	l->image = image;
	l->features = features;
	l->opts = opts ? *opts : (struct load_opts){.cpu = -1};
	l->map_fds = calloc(image->maps.n + 1, sizeof(*l->map_fds));
	l->progs = calloc(image->progs.n + 1, sizeof(*l->progs));
	if (!l->map_fds || !l->progs) {
		free(l->map_fds);
		free(l->progs);
		free(l);
		return NULL;
	}
	for (i = 0; i < image->maps.n; i++)
		l->map_fds[i] = -1;
	for (i = 0; i < image->progs.n; i++)
		l->progs[i] = (struct loaded_prog){
		    .image = &image->progs.at[i], .fd = -1, .timer_map = -1, .timer_fd = -1};
	return l;
}

/* The most descriptors that an image may need. */
static rlim_t descriptors(const struct image *image)
{
	enum { OTHERS = 128 }; /* files that are open anyway */
	rlim_t n = OTHERS + image->maps.n;

	for (size_t i = 0; i < image->progs.n; i++) {
		const struct attach_point *at = &image->progs.at[i].attach;
		n += 2 + image->ncpu + at->nkprobes;
		for (uint32_t k = 0; k < at->nfiles; k++)
			n += at->files[k].n;
	}
	return n;
}

/* Raises the limit of open files where a program is about thousands of probes. What cannot be had is told by
 * the call that fails. */
static void raise_limit(rlim_t want)
{
	struct rlimit have, more;

	if (getrlimit(RLIMIT_NOFILE, &have) < 0 || have.rlim_cur >= want)
		return;
	more = (struct rlimit){want, have.rlim_max > want ? have.rlim_max : want};
	if (setrlimit(RLIMIT_NOFILE, &more) == 0)
		return;
	have.rlim_cur = have.rlim_max;
	setrlimit(RLIMIT_NOFILE, &have);
}

struct loaded *load_image(const struct image *image, const struct features *features,
			  const struct load_opts *opts, struct err *e)
{
	struct loaded *l = loaded_new(image, features, opts);

	if (!l) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	raise_limit(descriptors(image));
	if (make_maps(l, e) < 0)
		goto fail;
	for (size_t i = 0; i < image->progs.n; i++)
		if (load_prog(l, &l->progs[i], e) < 0)
			goto fail;
	return l;
fail:
	load_free(l);
	return NULL;
}

int load_add_link(struct loaded *l, int fd, struct err *e)
{
	if (fd < 0)
		return -1;
	if (l->nlinks == l->cap_links) {
		uint32_t cap = l->cap_links ? l->cap_links * 2 : 16;
		int *links = realloc(l->links, cap * sizeof(*links));
		if (!links) {
			close(fd);
			return err_set(e, ENOMEM, "out of memory");
		}
		l->links = links;
		l->cap_links = cap;
	}
	l->links[l->nlinks++] = fd;
	return 0;
}

struct perf_arg {
	struct loaded *l;
	struct loaded_prog *lp;
	struct err *e;
};

static int attach_perf(void *arg, int cpu)
{
	struct perf_arg *c = arg;
	const struct attach_point *at = &c->lp->image->attach;
	int fd = at->kind == ATTACH_PERF_CLOCK
		     ? kern_perf_clock_attach(c->lp->fd, cpu, at->param, false, c->e)
		     : kern_event_attach(c->lp->fd, cpu, at->target, at->param, c->e);

	return load_add_link(c->l, fd, c->e);
}

static int attach_prog(struct loaded *l, struct loaded_prog *lp, struct err *e)
{
	const struct attach_point *at = &lp->image->attach;
	struct perf_arg c = {l, lp, e};

	switch (at->kind) {
	case ATTACH_RAW_TP:
		return load_add_link(l, kern_raw_tp_attach(lp->fd, at->target, 0, e), e);
	case ATTACH_TP_BTF:
	case ATTACH_FENTRY:
	case ATTACH_FEXIT:
		return load_add_link(l, kern_raw_tp_attach(lp->fd, NULL, 0, e), e);
	case ATTACH_PERF_CLOCK:
	case ATTACH_PERF_EVENT:
		return l->opts.cpu >= 0 ? attach_perf(&c, l->opts.cpu)
					: kern_each_online_cpu(attach_perf, &c);
	case ATTACH_TICK:
		return load_tick_start(l, lp, e);
	case ATTACH_KPROBE:
		return load_kprobes(l, lp, e);
	case ATTACH_UPROBE_MULTI:
		return load_uprobes(l, lp, e);
	default:
		return 0;
	}
}

int load_attach(struct loaded *l, struct err *e)
{
	l->attached = true;
	for (size_t i = 0; i < l->image->progs.n; i++) {
		if (attach_prog(l, &l->progs[i], e) < 0) {
			load_detach(l);
			return -1;
		}
	}
	return 0;
}

/* ---- images that come later ---- */

static bool same_map(const struct image_map *a, const struct image_map *b)
{
	return a->kind == b->kind && a->key_bytes == b->key_bytes &&
	       a->value_bytes == b->value_bytes && a->entries == b->entries && a->name && b->name &&
	       !strcmp(a->name, b->name);
}

/* Maps of the first image are the later one's too: data is where it was. Its own are GLOB, of which it
 * uses what lies behind the shared part, and the memory that its programs work in. */
static int share_maps(struct loaded *m, const struct loaded *first, struct err *e)
{
	for (size_t i = 0; i < m->image->maps.n; i++) {
		const struct image_map *map = &m->image->maps.at[i];
		bool own = i == IMAGE_MAP_GLOB || i == IMAGE_MAP_SCRATCH ||
			   (map->name && !strcmp(map->name, "pool"));
		bool there = i < first->image->maps.n && first->map_fds[i] >= 0 &&
			     same_map(map, &first->image->maps.at[i]);
		struct kern_map_spec spec = map_spec(map);

		if (!spec.value_bytes)
			continue;
		if (!own && !there)
			return err_set(e, EINVAL, "memory of the program is laid out otherwise");
		m->map_fds[i] =
		    own ? kern_map_create(&spec, e) : fcntl(first->map_fds[i], F_DUPFD_CLOEXEC, 3);
		if (m->map_fds[i] < 0)
			return own ? -1 : err_sys(e, errno, "cannot share a map");
	}
	m->glob = map_glob(m, e);
	if (m->glob && m->image->glob_init)
		memcpy(m->glob, m->image->glob_init, m->image->glob_bytes);
	return m->glob ? 0 : -1;
}

/* Programs of user probes, and of functions of the kernel. */
static int add_programs(struct loaded *m, struct err *e)
{
	for (size_t i = 0; i < m->image->progs.n; i++) {
		struct loaded_prog *lp = &m->progs[i];
		enum attach_kind kind = lp->image->attach.kind;
		if (kind != ATTACH_UPROBE_MULTI && kind != ATTACH_KPROBE)
			continue;
		if (load_prog(m, lp, e) < 0 ||
		    (kind == ATTACH_KPROBE ? load_kprobes(m, lp, e) : load_uprobes(m, lp, e)) < 0)
			return -1;
	}
	return 0;
}

int load_more(struct loaded *l, const struct image *more, struct err *e)
{
	struct loaded *m = loaded_new(more, l->features, &l->opts);

	if (!m)
		return err_set(e, ENOMEM, "out of memory");
	m->first = l;
	if (more->shared_bytes != l->image->shared_bytes ||
	    more->slack_bytes > l->image->slack_bytes)
		err_set(e, EINVAL, "memory of the program is laid out otherwise");
	else if (share_maps(m, l, e) == 0 && add_programs(m, e) == 0) {
		m->next = l->next;
		l->next = m;
		return 0;
	}
	load_free(m);
	return -1;
}

int load_run_prog(struct loaded *l, int fd, uint32_t *retval, struct err *e)
{
	cpu_set_t before, one;
	bool moved = false;
	if (l->opts.cpu >= 0 && l->opts.cpu < CPU_SETSIZE &&
	    sched_getaffinity(0, sizeof(before), &before) == 0) {
		CPU_ZERO(&one);
		CPU_SET(l->opts.cpu, &one);
		moved = sched_setaffinity(0, sizeof(one), &one) == 0;
	}
	int r = kern_prog_test_run(fd, NULL, 0, retval, e);
	if (moved)
		sched_setaffinity(0, sizeof(before), &before);
	return r;
}

int load_run(struct loaded *l, const char *name, struct err *e)
{
	for (size_t i = 0; i < l->image->progs.n; i++) {
		const struct image_prog *p = &l->image->progs.at[i];
		if (p->attach.kind == ATTACH_CALLED && !strcmp(p->name, name))
			return load_run_prog(l, l->progs[i].fd, NULL, e);
	}
	return 1;
}

void load_detach(struct loaded *l)
{
	for (uint32_t i = 0; i < l->nlinks; i++)
		if (l->links[i] >= 0)
			close(l->links[i]);
	l->nlinks = 0;
	if (l->next)
		load_detach(l->next);
	for (size_t i = 0; i < l->image->progs.n; i++)
		load_tick_stop(&l->progs[i]);
	l->attached = false;
}

static void unmap(uint8_t *p, size_t bytes)
{
	if (p)
		munmap(p, bytes);
}

void load_free(struct loaded *l)
{
	size_t i;

	if (!l)
		return;
	load_detach(l);
	deadman_free(l->deadman);
	load_free(l->next);
	for (i = 0; i < l->image->progs.n; i++)
		if (l->progs[i].fd >= 0)
			close(l->progs[i].fd);
	unmap(l->glob, l->glob_bytes);
	view_close(&l->buf);
	view_close(&l->agg);
	grace_free(l->grace);
	for (i = 0; i < l->image->maps.n; i++)
		if (l->map_fds[i] >= 0)
			close(l->map_fds[i]);
	free(l->links);
	free(l->progs);
	free(l->map_fds);
	free(l);
}

struct image_state *load_state(struct loaded *l)
{
	return (struct image_state *)l->glob;
}

void load_set_activity(struct loaded *l, enum image_activity activity)
{
	__atomic_store_n(&load_state(l)->activity, (uint32_t)activity, __ATOMIC_SEQ_CST);
}

void load_watch_over(struct loaded *l, uint64_t timeout_ns)
{
	if (!l->deadman)
		l->deadman = deadman_start(l, timeout_ns);
}

int load_grace(struct loaded *l, struct err *e)
{
	if (!l->grace && !(l->grace = grace_new(e)))
		return -1;
	return grace_begin(l->grace) < 0 ? err_set(e, EAGAIN, "cannot begin a thread") : 0;
}

bool load_grace_over(const struct loaded *l)
{
	return l->grace && grace_over(l->grace);
}

static struct view *view_of(struct loaded *l, uint32_t map)
{
	return map == IMAGE_MAP_BUF ? &l->buf : &l->agg;
}

static uint8_t *element(struct loaded *l, size_t stride, uint32_t map, uint32_t i)
{
	struct view *v = view_of(l, map);

	if (!v->base || i >= l->image->maps.at[map].entries)
		return NULL;
	return v->base + stride * i;
}

uint8_t *load_buf(struct loaded *l, uint32_t cpu)
{
	return element(l, l->buf_stride, IMAGE_MAP_BUF, cpu);
}

uint8_t *load_agg(struct loaded *l, uint32_t cpu)
{
	return element(l, l->agg_stride, IMAGE_MAP_AGG, cpu);
}

int load_show(struct loaded *l, uint32_t map, size_t off, size_t bytes)
{
	return view_show(view_of(l, map), off, bytes, false);
}

void load_hide(struct loaded *l, uint32_t map)
{
	view_hide(view_of(l, map));
}

int load_map_fd(struct loaded *l, uint32_t map)
{
	return map < l->image->maps.n ? l->map_fds[map] : -1;
}

uint64_t load_misses(struct loaded *l)
{
	uint64_t n = 0;

	for (size_t i = 0; i < l->image->progs.n; i++)
		if (l->progs[i].fd >= 0)
			n += kern_prog_misses(l->progs[i].fd);
	if (l->next)
		n += load_misses(l->next);
	if (l->glob && !l->first)
		n += __atomic_load_n(&load_state(l)->missed, __ATOMIC_RELAXED);
	return n;
}

void load_cost(const struct loaded *l, uint64_t *runs, uint64_t *ns)
{
	*runs = *ns = 0;
	for (; l; l = l->next)
		for (size_t i = 0; i < l->image->progs.n; i++) {
			uint64_t r = 0, t = 0;
			if (l->progs[i].fd >= 0)
				kern_prog_cost(l->progs[i].fd, &r, &t);
			*runs += r;
			*ns += t;
		}
}
