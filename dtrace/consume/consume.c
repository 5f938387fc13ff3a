/*
 * consume.c - one round over the rings: which records are ready, and in which order
 *
 * In: heads, commit words and stamps written by running programs. Out: calls of ops.record.
 * A round fixes a horizon first (the stamp counter), then reads the heads: every record with a
 * stamp below the horizon was reserved before its head was read, so nothing older can turn up
 * later. Tails are posted as reading goes on, so writers find room.
 */
#include "dtrace/consume/internal.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

enum {
	SPINS = 200, /* looks at an unfinished record before it is left for the next round */
	POST_BYTES = 64 << 10, /* read between two updates of a tail */
};

static uint64_t up8(uint64_t n)
{
	return (n + 7) & ~7ull;
}

uint64_t consume_buf_stride(const struct image *im)
{
	return im->maps.n > IMAGE_MAP_BUF ? up8(im->maps.at[IMAGE_MAP_BUF].value_bytes) : 0;
}

uint64_t consume_agg_stride(const struct image *im)
{
	return im->maps.n > IMAGE_MAP_AGG ? up8(im->maps.at[IMAGE_MAP_AGG].value_bytes) : 0;
}

static int check_seg(const struct plan_seg *s, const struct image *im, struct err *e)
{
	if (s->bytes < IMAGE_REC_DATA || s->bytes % 8 || s->bytes > im->buf_bytes ||
	    s->bytes > im->slack_bytes + 8ull)
		return err_set(e, EINVAL, "segment %u: record of %u bytes does not fit the buffer",
			       s->id, s->bytes);
	for (size_t i = 0; i < s->actions.n; i++) {
		const struct plan_action *a = &s->actions.at[i];
		for (size_t k = 0; k < a->recs.n; k++) {
			const struct plan_rec *r = &a->recs.at[k];
			if ((uint64_t)r->offset + r->size > s->bytes)
				return err_set(e, EINVAL, "segment %u: value past the record's end",
					       s->id);
		}
		for (size_t k = 0; k < a->aggs.n; k++)
			if (a->aggs.at[k] >= im->plan.aggs.n)
				return err_set(e, EINVAL, "segment %u: unknown aggregation", s->id);
	}
	return 0;
}

static int check_plan(const struct image *im, struct err *e)
{
	uint64_t n = im->buf_bytes, stride = consume_buf_stride(im);
	if (stride == 0)
		return 0;
	if (n == 0 || (n & (n - 1)) || stride < IMAGE_BUF_DATA + n + im->slack_bytes)
		return err_set(e, EINVAL, "buffer of %llu bytes does not fit its map",
			       (unsigned long long)n);
	for (size_t i = 0; i < im->plan.segs.n; i++)
		if (check_seg(&im->plan.segs.at[i], im, e))
			return -1;
	return 0;
}

static uint8_t seg_flags(const struct plan_seg *s)
{
	uint8_t f = 0;
	if (s->actions.n && s->actions.at[0].act == PACT_SPECULATE && s->actions.at[0].recs.n)
		f |= 1;
	for (size_t i = 0; i < s->actions.n; i++)
		if (s->actions.at[i].act == PACT_COMMIT || s->actions.at[i].act == PACT_DISCARD)
			f |= 2;
	return f;
}

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* walltimestamp is the monotonic clock plus this, so a clock that is set shows within a round. */
static void keep_wall_offset(struct consume *c)
{
	if (!c->glob)
		return;
	uint64_t offset = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	__atomic_store_n(&c->glob->wall_offset, offset, __ATOMIC_RELAXED);
}

/* The last number in /proc/loadavg: the id that a process was given last. */
static int newest_process(void)
{
	FILE *f = fopen("/proc/loadavg", "re");
	int id = 0;
	if (f && fscanf(f, "%*s %*s %*s %*s %d", &id) != 1)
		id = 0;
	if (f)
		fclose(f);
	return id;
}

/* What programs read of the host as variables of a kernel, as new as a tenth of a second. */
static void keep_host(struct consume *c)
{
	enum { HOST_NS = 100000000 };
	uint64_t now = clock_ns(CLOCK_MONOTONIC);
	struct sysinfo si;
	if (!c->glob || !c->image->reads_host || now - c->host_kept < HOST_NS || sysinfo(&si) != 0)
		return;
	struct image_state *g = c->glob;
	c->host_kept = now;
	for (int i = 0; i < 3; i++) /* in the same units */
		__atomic_store_n(&g->avenrun[i], (int32_t)si.loads[i], __ATOMIC_RELAXED);
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	__atomic_store_n(&g->mpid, newest_process(), __ATOMIC_RELAXED);
	__atomic_store_n(&g->freemem, si.freeram * si.mem_unit / page, __ATOMIC_RELAXED);
	__atomic_store_n(&g->physmem, si.totalram * si.mem_unit / page, __ATOMIC_RELAXED);
	__atomic_store_n(&g->pagesize, page, __ATOMIC_RELAXED);
	__atomic_store_n(&g->ncpus, (uint32_t)sysconf(_SC_NPROCESSORS_CONF), __ATOMIC_RELAXED);
	__atomic_store_n(&g->ncpus_online, (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
			 __ATOMIC_RELAXED);
}

struct consume *consume_new(const struct consume_input *in, const struct consume_ops *ops,
			    struct err *e)
{
	const struct image *im = in->image;
	if (check_plan(im, e))
		return NULL;
	struct consume *c = calloc(1, sizeof(*c));
	if (!c)
		goto oom;
	c->image = im;
	c->plan = &im->plan;
	c->glob = in->glob;
	c->agg = in->agg;
	c->buf_stride = consume_buf_stride(im);
	c->agg_stride = consume_agg_stride(im);
	c->ring = im->buf_bytes;
	c->ncpu = im->ncpu;
	c->temporal = true;
	c->window = in->window;
	c->ops = *ops;
	c->nspec =
	    im->plan.nspec < IMAGE_MAX_SPECULATIONS ? im->plan.nspec : IMAGE_MAX_SPECULATIONS;
	c->cpu = calloc(c->ncpu + 1, sizeof(*c->cpu));
	c->specs = calloc(c->nspec + 1, sizeof(*c->specs));
	c->seg_spec = calloc(im->plan.segs.n + 1, 1);
	if (!c->cpu || !c->specs || !c->seg_spec)
		goto oom;
	for (size_t i = 0; i < im->plan.segs.n; i++)
		c->seg_spec[i] = seg_flags(&im->plan.segs.at[i]);
	for (uint32_t i = 0; in->buf && c->buf_stride && i < c->ncpu; i++) {
		c->cpu[i].mem = (uint8_t *)in->buf + i * c->buf_stride;
		c->cpu[i].tail = c->cpu[i].posted = load64(c->cpu[i].mem + IMAGE_BUF_TAIL);
	}
	keep_wall_offset(c);
	keep_host(c);
	return c;
oom:
	consume_free(c);
	err_set(e, ENOMEM, "out of memory");
	return NULL;
}

int consume_extend(struct consume *c)
{
	uint8_t *flags = realloc(c->seg_spec, c->plan->segs.n + 1);
	if (!flags)
		return -1;
	c->seg_spec = flags;
	for (size_t i = 0; i < c->plan->segs.n; i++)
		flags[i] = seg_flags(&c->plan->segs.at[i]);
	return 0;
}

void consume_free(struct consume *c)
{
	if (!c)
		return;
	spec_fini(c);
	keep_fini(c);
	free(c->specs);
	free(c->seg_spec);
	free(c->cpu);
	free(c);
}

void consume_set_temporal(struct consume *c, bool temporal)
{
	c->temporal = temporal;
}

uint64_t consume_delivered(const struct consume *c)
{
	return c->delivered;
}

uint64_t consume_damaged(const struct consume *c)
{
	return c->damaged;
}

const struct plan_probe *consume_probe(struct consume *c, uint32_t id, unsigned which)
{
	const struct plan_probe *p = plan_probe_by_id(c->plan, id);
	if (p)
		return p;
	c->unknown[which] = (struct plan_probe){id, "", "", "", ""};
	return &c->unknown[which];
}

int consume_deliver(struct consume *c, const struct consume_rec *r)
{
	if (c->policy != CONSUME_SWITCH) {
		keep_record(c, r);
		return 0;
	}
	c->delivered++;
	return c->ops.record(c->ops.arg, r);
}

static void post_tail(struct ccpu *k)
{
	if (k->posted != k->tail)
		__atomic_store_n((uint64_t *)(k->mem + IMAGE_BUF_TAIL), k->tail, __ATOMIC_RELEASE);
	k->posted = k->tail;
}

/* The buffer does not hold together: give up what is in it. */
static void resync(struct consume *c, struct ccpu *k)
{
	k->tail = k->head;
	k->has = k->stuck = false;
	k->lost++;
	c->damaged++;
	post_tail(k);
}

enum look { LOOK_NONE, LOOK_STUCK, LOOK_BAD, LOOK_ABORTED, LOOK_RECORD };

/* What stands at position pos of k's ring. */
static enum look look_at(const struct consume *c, const struct ccpu *k, uint64_t pos,
			 const uint8_t **at)
{
	if (pos == k->head)
		return LOOK_NONE;
	const uint8_t *p = k->mem + IMAGE_BUF_DATA + (pos & (c->ring - 1));
	uint64_t commit = load64(p + IMAGE_REC_COMMIT);
	uint64_t aborted = (pos + 1) | 1ull << 63;
	if (commit != pos + 1 && commit != aborted)
		return LOOK_STUCK;
	uint32_t seg;
	memcpy(&seg, p + IMAGE_REC_SEG, 4);
	if (seg >= c->plan->segs.n || c->plan->segs.at[seg].bytes > k->head - pos)
		return LOOK_BAD;
	*at = p;
	return commit == aborted ? LOOK_ABORTED : LOOK_RECORD;
}

static void read_record(struct consume *c, uint32_t cpu, const uint8_t *p, struct consume_rec *r,
			unsigned which)
{
	uint32_t seg, probe;
	memcpy(&seg, p + IMAGE_REC_SEG, 4);
	memcpy(&probe, p + IMAGE_REC_PROBE, 4);
	memcpy(&r->stamp, p + IMAGE_REC_STAMP, 8);
	r->seg = &c->plan->segs.at[seg];
	r->probe = consume_probe(c, probe, which);
	r->cpu = cpu;
	r->data = p;
	r->next = NULL;
}

/* Makes k->rec the first record at or after the tail, skipping aborted ones. */
static void peek(struct consume *c, uint32_t cpu)
{
	struct ccpu *k = &c->cpu[cpu];
	const uint8_t *p = NULL;
	k->has = k->stuck = false;
	for (int spins = 0;;) {
		switch (look_at(c, k, k->tail, &p)) {
		case LOOK_NONE:
			return;
		case LOOK_BAD:
			resync(c, k);
			return;
		case LOOK_STUCK:
			if (++spins > SPINS) {
				k->stuck = true;
				return;
			}
			if (spins > SPINS - 4)
				sched_yield();
			continue;
		case LOOK_ABORTED:
			read_record(c, cpu, p, &k->rec, 0);
			k->tail += k->rec.seg->bytes;
			continue;
		case LOOK_RECORD:
			read_record(c, cpu, p, &k->rec, 0);
			k->has = true;
			return;
		}
	}
}

/* Whether the CPU's successor record is there: flow indentation looks one ahead. */
static void peek_next(struct consume *c, struct ccpu *k, uint32_t cpu)
{
	const uint8_t *p = NULL;
	k->rec.next = NULL;
	if (look_at(c, k, k->tail + k->rec.seg->bytes, &p) != LOOK_RECORD)
		return;
	read_record(c, cpu, p, &k->next, 1);
	k->rec.next = &k->next;
}

static int take(struct consume *c, uint32_t cpu)
{
	struct ccpu *k = &c->cpu[cpu];
	bool taken = false;
	int rc = 0;
	peek_next(c, k, cpu);
	uint8_t spec = c->seg_spec[k->rec.seg - c->plan->segs.at];
	if (spec == 2 &&
	    plan_seg_dtrace_bytes(k->rec.seg)) { /* data next to a commit() precede it */
		rc = consume_deliver(c, &k->rec);
		taken = true;
	}
	if (spec && rc == 0)
		rc = spec_record(c, &k->rec, &taken);
	if (!taken && rc == 0)
		rc = consume_deliver(c, &k->rec);
	k->tail += k->rec.seg->bytes;
	if (k->tail - k->posted >= POST_BYTES)
		post_tail(k);
	return rc;
}

/* Makes the records between tail and head accessible. The last of them may run on into the slack. */
static bool show_records(struct consume *c, uint32_t cpu)
{
	const struct ccpu *k = &c->cpu[cpu];
	const struct consume_window *w = c->window;
	uint64_t at = k->tail & (c->ring - 1), n = k->head - k->tail;
	size_t data = cpu * c->buf_stride + IMAGE_BUF_DATA;
	if (!w || n == 0)
		return true;
	uint64_t first = n < c->ring - at ? n : c->ring - at;
	return w->show(w->arg, IMAGE_MAP_BUF, data + at, first + c->image->slack_bytes) == 0 &&
	       (first == n || w->show(w->arg, IMAGE_MAP_BUF, data, n - first) == 0);
}

static void read_heads(struct consume *c)
{
	for (uint32_t i = 0; i < c->ncpu; i++) {
		struct ccpu *k = &c->cpu[i];
		k->has = k->stuck = false;
		if (!k->mem)
			continue;
		k->head = load64(k->mem + IMAGE_BUF_HEAD);
		if (k->head - k->tail > c->ring || k->head % 8)
			resync(c, k);
		else if (show_records(c, i))
			peek(c, i);
		else
			k->head = k->tail; /* no memory: next time */
	}
}

/* True when some CPU's unfinished record must be waited for; counts the rounds. */
static bool must_wait(struct consume *c)
{
	bool wait = false;
	for (uint32_t i = 0; i < c->ncpu; i++) {
		struct ccpu *k = &c->cpu[i];
		if (!k->stuck)
			continue;
		if (k->stuck_at != k->tail || k->patience == 0) {
			k->stuck_at = k->tail;
			k->patience = 1;
		} else if (k->patience <= CONSUME_PATIENCE) {
			k->patience++;
		}
		wait |= k->patience <= CONSUME_PATIENCE;
	}
	return wait;
}

static int drain_cpu(struct consume *c, uint32_t cpu)
{
	int rc = 0;
	while (rc == 0 && c->cpu[cpu].has) {
		rc = take(c, cpu);
		peek(c, cpu);
	}
	return rc;
}

/* The CPU with the oldest record below the horizon, or -1; *second = the oldest stamp of the
 * others. */
static int64_t oldest(const struct consume *c, uint64_t horizon, uint64_t *second)
{
	int64_t best = -1;
	uint64_t best_stamp = horizon;
	*second = horizon;
	for (uint32_t i = 0; i < c->ncpu; i++) {
		const struct ccpu *k = &c->cpu[i];
		if (!k->has)
			continue;
		if (k->rec.stamp < best_stamp) {
			*second = best_stamp;
			best_stamp = k->rec.stamp;
			best = i;
		} else if (k->rec.stamp < *second) {
			*second = k->rec.stamp;
		}
	}
	return best;
}

static int merge(struct consume *c, uint64_t horizon, bool final)
{
	uint64_t second;
	int64_t cpu;
	int rc = 0;
	while (rc == 0 && (cpu = oldest(c, horizon, &second)) >= 0) {
		struct ccpu *k = &c->cpu[cpu];
		do {
			rc = take(c, (uint32_t)cpu);
			peek(c, (uint32_t)cpu);
		} while (rc == 0 && k->has && k->rec.stamp < second);
		if (k->stuck && !final && must_wait(c))
			break;
	}
	return rc;
}

static uint64_t horizon_now(const struct consume *c)
{
	return c->image->stamp_clock ? clock_ns(CLOCK_MONOTONIC) - CONSUME_CLOCK_SLACK_NS
				     : load64(&c->glob->seq);
}

int consume_drain(struct consume *c, bool final)
{
	uint64_t horizon = final ? UINT64_MAX : horizon_now(c);
	int rc = 0;
	keep_wall_offset(c);
	keep_host(c);
	read_heads(c);
	if (c->temporal || c->nspec) {
		if (final || !must_wait(c))
			rc = merge(c, horizon, final);
	} else {
		for (uint32_t i = 0; rc == 0 && i < c->ncpu; i++)
			rc = drain_cpu(c, i);
	}
	for (uint32_t i = 0; i < c->ncpu; i++)
		if (c->cpu[i].mem)
			post_tail(&c->cpu[i]);
	if (c->window)
		c->window->hide(c->window->arg, IMAGE_MAP_BUF);
	return rc;
}
