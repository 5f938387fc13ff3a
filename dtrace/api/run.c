/*
 * run.c - a session at work: rounds of consuming until it is stopped, then END
 *
 * In: what session_go() (start.c) has loaded and attached. Out: records and aggregations through the output.
 */
#include "dtrace/api/session_int.h"

#include "base/clock.h"
#include "dtrace/output/flame.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* ---- the deadman ---- */

static bool is_killed(const struct session *s)
{
	return __atomic_load_n(&load_state(s->loaded)->activity, __ATOMIC_RELAXED) == ACT_KILLED;
}

void session_look(struct session *s)
{
	__atomic_store_n(&load_state(s->loaded)->unwatched, 0, __ATOMIC_RELAXED);
}

/* The consumer is there. From some time after the start on the kernel sees to that: most sessions are
 * over by then. */
static int show_life(struct session *s, uint64_t now, struct err *e)
{
	if (is_killed(s))
		return err_set(e, ETIME, "Abort due to systemic unresponsiveness");
	session_look(s);
	if (now >= s->watched_from) {
		uint64_t timeout = s->opts.value[OPT_DEADMAN];
		s->watched_from = UINT64_MAX;
		if (timeout)
			load_watch_over(s->loaded, timeout);
	}
	return 0;
}

/* ---- rounds ---- */

bool session_exiting(const struct session *s)
{
	return __atomic_load_n(&load_state(s->loaded)->exiting, __ATOMIC_ACQUIRE) != 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How often to look: POLL_IDLE_NS must be less than it takes to fill three quarters of a default buffer at a million records a second. */
enum { POLL_IDLE_NS = 20000000, POLL_BUSY_NS = 2000000 };

/* Is a principal buffer over a quarter full? Then its records are taken before their switchrate is due. */
static bool filling(struct session *s)
{
	for (uint32_t cpu = 0; cpu < s->image.ncpu; cpu++) {
		const uint8_t *b = load_buf(s->loaded, cpu);
		if (!b)
			return false;
		uint64_t head = __atomic_load_n(
		    (const uint64_t *)(const void *)(b + IMAGE_BUF_HEAD), __ATOMIC_RELAXED);
		uint64_t tail = __atomic_load_n(
		    (const uint64_t *)(const void *)(b + IMAGE_BUF_TAIL), __ATOMIC_RELAXED);
		if (head - tail > s->image.buf_bytes / 4)
			return true;
	}
	return false;
}

enum { HURRY_NICE = -15 };

/* Records come faster than they can be left lying. On a machine whose CPUs are all busy, not least
 * with what is traced, the consumer would wait for its turn longer than a buffer lasts. */
static void hurry(struct session *s)
{
	if (!s->hurried && getpriority(PRIO_PROCESS, 0) == 0)
		setpriority(PRIO_PROCESS, 0, HURRY_NICE);
	s->hurried = true;
}

/* When session_work() has something to do, all being quiet. */
static uint64_t next_round(const struct session *s)
{
	return least(least(s->next_switch, s->next_status), s->next_agg);
}

enum { MAX_FDS = 128, MAX_TICKS = 64 };

int session_fds(struct session *s, int *fds, int max)
{
	int n = 0, news[32], k = 0;
	if (!s->loaded || s->stopped)
		return 0;
	n = load_tick_fds(s->loaded, fds, max < MAX_TICKS ? max : MAX_TICKS);
	n = n < max && n < MAX_TICKS ? n : (max < MAX_TICKS ? max : MAX_TICKS);
	for (unsigned i = 0; i < s->ntargets && n < max; i++)
		if (s->targets[i].alive && s->targets[i].pidfd >= 0)
			fds[n++] = s->targets[i].pidfd;
	if (s->follows)
		k = watch_fds(s->mappings, news, 32);
	for (int i = 0; i < k && n < max; i++)
		fds[n++] = news[i];
	if (s->loads && n < max)
		fds[n++] = kern_loads_fd(s->loads);
	return n;
}

/* Ticks that are due; what has begun: the sooner it is known the better. */
static void tend(struct session *s)
{
	int ticks[MAX_TICKS], n = load_tick_fds(s->loaded, ticks, MAX_TICKS);
	struct pollfd fds[MAX_TICKS];
	struct err e = {0};
	n = n < MAX_TICKS ? n : MAX_TICKS;
	for (int i = 0; i < n; i++)
		fds[i] = (struct pollfd){.fd = ticks[i], .events = POLLIN};
	if (n > 0 && poll(fds, (nfds_t)n, 0) > 0)
		for (int i = 0; i < n; i++)
			if (fds[i].revents)
				load_tick_run(s->loaded, ticks[i], &e);
	if (s->unwind || s->open || s->zones)
		userspace_catch_up(s);
	late_settle(s);
	loading_settle(s);
	if (traced_has_news(s))
		traced_check(s);
}

/* Aggregations have to be looked at before they are due. */
static bool crowded(const struct session *s)
{
	return s->aggs && aggs_crowded(s->aggs);
}

static bool is_due(struct session *s)
{
	return session_exiting(s) || filling(s) || crowded(s) ||
	       (uint64_t)clock_ns() >= next_round(s);
}

/* exit() and a filling buffer have no descriptor of their own: look for them. */
static uint64_t look_again(struct session *s)
{
	uint64_t due = next_round(s), now = clock_ns();
	uint64_t wait = due > now ? due - now : 0;
	return least(wait, filling(s) ? POLL_BUSY_NS : POLL_IDLE_NS);
}

enum session_wait session_tend(struct session *s, uint64_t *look_ns)
{
	*look_ns = 0;
	if (!s->loaded || s->stopped || session_exiting(s))
		return SESSION_WAIT_DUE;
	session_look(s);
	tend(s);
	*look_ns = look_again(s);
	return is_due(s) ? SESSION_WAIT_DUE : SESSION_WAIT_MORE;
}

enum session_wait session_sleep(struct session *s)
{
	struct pollfd fds[MAX_FDS];
	int all[MAX_FDS];
	if (!s->loaded || s->stopped || session_exiting(s))
		return SESSION_WAIT_DUE;
	int n = session_fds(s, all, MAX_FDS);
	for (int i = 0; i < n; i++)
		fds[i] = (struct pollfd){.fd = all[i], .events = POLLIN};
	uint64_t wait = look_again(s);
	struct timespec ts = {.tv_sec = (time_t)(wait / 1000000000u),
			      .tv_nsec = (long)(wait % 1000000000u)};
	if (ppoll(fds, (nfds_t)n, &ts, NULL) < 0)
		return SESSION_WAIT_SIGNAL;
	tend(s);
	return is_due(s) ? SESSION_WAIT_DUE : SESSION_WAIT_MORE;
}

int session_stop(struct session *s, struct err *e)
{
	if (s->stopped || !s->loaded)
		return 0;
	s->stopped = true;
	traced_end(s);
	loading_end(s);
	load_set_activity(s->loaded, ACT_DRAINING);
	load_detach(s->loaded);
	if (s->consume && session_keeps(s))
		consume_drain(s->consume, true);
	load_set_activity(s->loaded, ACT_COOLDOWN);
	return load_run(s->loaded, "END", e) < 0 ? -1 : 0;
}

static void report_misses(struct session *s)
{
	uint64_t misses = load_misses(s->loaded);
	if (misses == s->misses)
		return;
	char text[128];
	snprintf(text, sizeof(text),
		 "%llu firing%s missed: the probe's program was already running on that CPU",
		 (unsigned long long)(misses - s->misses), misses - s->misses == 1 ? "" : "s");
	session_tell_drop(s, &(struct session_drop){.kind = SESSION_DROP_OTHER,
						    .cpu = -1,
						    .count = misses - s->misses,
						    .total = misses,
						    .text = text});
	s->misses = misses;
}

static int drain(struct session *s, bool final, struct err *e)
{
	if (s->aggs && aggs_snapshot(s->aggs, e) < 0)
		return -1;
	int r = 0;
	if (s->consume && session_keeps(s) && final)
		r = consume_release(s->consume);
	if (s->consume && r == 0)
		r = consume_drain(s->consume, final);
	if (s->consume)
		consume_drops(s->consume);
	report_misses(s);
	if (s->aborted) {
		s->aborted = false;
		return err_set(e, ECANCELED, "aborted by its caller");
	}
	return r ? err_set(e, EIO, "cannot write output: %s", strerror(errno)) : 0;
}

enum session_status session_work(struct session *s, struct err *e)
{
	uint64_t now = clock_ns();
	if (!s->loaded)
		return err_set(e, EINVAL, "Operation illegal when tracing is not active"),
		       SESSION_ERROR;
	if (s->final_done)
		return SESSION_DONE;
	if (show_life(s, now, e) < 0)
		return SESSION_ERROR;
	if (!s->stopped && session_exiting(s)) {
		/* Records that are under way on other CPUs come before END's. */
		if (session_stop(s, e) < 0)
			return SESSION_ERROR;
	}
	if (!s->stopped && s->consume && consume_filled(s->consume) && session_stop(s, e) < 0)
		return SESSION_ERROR;
	loading_settle(s);
	if (traced_has_news(s))
		traced_check(s);
	bool final = s->stopped;
	bool full = filling(s);
	if (full)
		hurry(s);
	if (!final && now < next_round(s) && !full && !crowded(s))
		return SESSION_OKAY;
	session_set_clock(s);
	userspace_catch_up(s);
	traced_check(s);
	s->look_modules = true;
	if (drain(s, final, e) < 0)
		return SESSION_ERROR;
	if (output_flush(s->output) < 0)
		return err_set(e, errno, "cannot write output: %s", strerror(errno)), SESSION_ERROR;
	now = clock_ns();
	while (s->next_switch <= now)
		s->next_switch += s->switch_ns ? s->switch_ns : 1;
	while (s->next_status <= now)
		s->next_status += s->status_ns ? s->status_ns : 1;
	while (s->next_agg <= now)
		s->next_agg += s->agg_ns ? s->agg_ns : 1;
	if (!final)
		return SESSION_OKAY;
	s->final_done = true;
	return SESSION_DONE;
}

void session_newline(struct session *s)
{
	if (s->output)
		output_puts(s->output, "\n");
}

enum session_state session_state(const struct session *s)
{
	if (!s->loaded)
		return SESSION_IDLE;
	if (s->stopped)
		return SESSION_STOPPED;
	if (is_killed(s))
		return SESSION_KILLED;
	if (session_exiting(s))
		return SESSION_EXITED;
	return s->consume && consume_filled(s->consume) ? SESSION_FILLED : SESSION_TRACING;
}

int session_exit_status(const struct session *s)
{
	return s->exit_status;
}

static int write_flame(struct session *s)
{
	BUF_AUTO svg = {0};
	if (flame_svg(buf_str(&s->stacks), s->stacks.n, NULL, &svg) < 0)
		return -1;
	FILE *f = s->flame;
	s->flame = NULL;
	if (s->flame_elsewhere)
		return s->sink.flame(s->sink.arg, svg.p, svg.n);
	bool ok = fwrite(svg.p, 1, svg.n, f) == svg.n;
	return fclose(f) == 0 && ok ? 0 : -1;
}

int session_finish(struct session *s)
{
	if (!s->output)
		return 0;
	if (output_finish(s->output, s->exit_status) < 0)
		return -1;
	return s->flame || s->flame_elsewhere ? write_flame(s) : 0;
}

void session_run_fini(struct session *s)
{
	traced_end(s);
	loading_end(s);
	userspace_fini(s);
	output_free(s->output);
	consume_free(s->consume);
	aggs_free(s->aggs);
	load_free(s->loaded);
	s->views = (struct views){0};
	s->output = NULL;
	s->consume = NULL;
	s->aggs = NULL;
	s->loaded = NULL;
}
