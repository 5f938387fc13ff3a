/*
 * dtrace/kern on the running kernel, with programs written by hand. Skipped without root.
 * The features of the machine decide what can be tried; what is missing is skipped by name.
 */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "dtrace/kern/insn.h"
#include "dtrace/kern/kern.h"
#include "dtrace/kern/load_int.h"
#include "dtrace/types/btf.h"

#define COUNT(a) ((uint32_t)(sizeof(a) / sizeof((a)[0])))

struct fixture {
	struct arena *a;
	struct btf *btf;
	struct features f;
};
static struct fixture x; /* of the test program alone */

static bool root(void)
{
	return geteuid() == 0;
}
#define NEED_ROOT()                                                                                \
	do {                                                                                       \
		if (!root())                                                                       \
			skip();                                                                    \
	} while (0)
#define NEED(feat)                                                                                 \
	do {                                                                                       \
		NEED_ROOT();                                                                       \
		if (!feature_has(&x.f, feat))                                                      \
			skip();                                                                    \
	} while (0)

static int setup(void **state)
{
	struct err e;

	*state = &x;
	x.a = arena_new();
	x.btf = btf_open("/sys/kernel/btf/vmlinux", &e);
	return features_init(&x.f, x.btf, NULL, &e);
}

static int teardown(void **state)
{
	(void)state;
	if (x.btf)
		btf_close(x.btf);
	arena_free(x.a);
	return 0;
}

/* An image with a GLOB map of 1 page whose counter is at byte 2048; programs are added by
 * add_prog(). */
enum { COUNTER = 2048, GLOB_BYTES = 4096 };

static struct image *new_image(void)
{
	struct image *im = arena_new_of(x.a, struct image);

	im->arena = x.a;
	*vec_push(&im->maps, x.a) = (struct image_map){.kind = MAP_KIND_ARRAY,
						       .name = "glob",
						       .value_bytes = GLOB_BYTES,
						       .entries = 1,
						       .mmapable = true};
	im->glob_bytes = GLOB_BYTES;
	im->glob_init = arena_alloc(x.a, GLOB_BYTES);
	((uint8_t *)im->glob_init)[GLOB_BYTES - 1] = 42;
	return im;
}

static struct image_prog *add_prog(struct image *im, const char *name, enum attach_kind kind,
				   const char *target, uint64_t param, const struct bpf_insn *insns,
				   uint32_t n)
{
	struct image_prog *p = vec_push(&im->progs, x.a);

	p->name = name;
	p->attach = (struct attach_point){kind, target, param};
	p->insns = arena_array(x.a, struct bpf_insn, n);
	memcpy(p->insns, insns, n * sizeof(*insns));
	p->ninsns = n;
	*vec_push(&p->funcs, x.a) = 0;
	*vec_push(&p->func_names, x.a) = name;
	for (uint32_t i = 0; i < n; i++)
		if (insns[i].code == (BPF_LD | BPF_DW | BPF_IMM) &&
		    insns[i].src_reg == BPF_PSEUDO_MAP_VALUE)
			*vec_push(&p->relocs, x.a) =
			    (struct image_reloc){i, RELOC_MAPVAL, IMAGE_MAP_GLOB, NULL};
	return p;
}

/* counter += 1, when the activity is ACTIVE */
#define COUNT_WHEN_ACTIVE                                                                          \
	I_LD64(1, BPF_PSEUDO_MAP_VALUE, 0, 0), I_LOAD(BPF_W, 2, 1, 0),                             \
	    I_JMP_IMM(BPF_JNE, 2, ACT_ACTIVE, 4), I_LD64(1, BPF_PSEUDO_MAP_VALUE, 0, COUNTER),     \
	    I_MOV_IMM(2, 1), I_ATOMIC(BPF_DW, BPF_ADD, 1, 2, 0), I_MOV_IMM(0, 0), I_EXIT()

static uint64_t counter(struct loaded *l)
{
	return __atomic_load_n((uint64_t *)((uint8_t *)load_state(l) + COUNTER), __ATOMIC_SEQ_CST);
}

static struct loaded *must_load(struct image *im, const struct load_opts *opts)
{
	struct err e = {0};
	struct loaded *l = load_image(im, &x.f, opts, &e);

	if (!l)
		fail_msg("%s", e.text);
	return l;
}

static void attached(struct loaded *l)
{
	struct err e = {0};

	if (load_attach(l, &e) < 0)
		fail_msg("%s", e.text);
}

/* ---- tests ---- */

static void every_feature_prints_and_can_be_switched_off(void **state)
{
	BUF_AUTO out = {0};
	struct err e = {0};
	struct features f;

	(void)state;
	features_print(&x.f, &out);
	for (int i = 0; i < FEAT_NCOUNT; i++) {
		assert_non_null(feature_name((enum feature)i));
		assert_non_null(strstr(buf_str(&out), feature_name((enum feature)i)));
		assert_true(strlen(feature_remedy((enum feature)i)) > 0);
		assert_int_equal(features_init(&f, x.btf, feature_name((enum feature)i), &e), 0);
		assert_false(feature_has(&f, (enum feature)i));
	}
	assert_int_equal(features_init(&f, x.btf, "timer,btf", &e), 0);
	assert_false(feature_has(&f, FEAT_TIMER));
	assert_false(feature_has(&f, FEAT_BTF));
	assert_int_equal(features_init(&f, x.btf, "timer,nonsense", &e), -1);
	assert_non_null(strstr(e.text, "nonsense"));
	assert_true(feature_has(NULL, FEAT_WRITE_USER));
}

static void features_hold_their_promises(void **state)
{
	(void)state;
	NEED(FEAT_BPF);
	assert_int_equal(feature_has(&x.f, FEAT_BTF), x.btf != NULL);
	if (feature_has(&x.f, FEAT_TP_BTF) || feature_has(&x.f, FEAT_RDONLY_CAST))
		assert_true(feature_has(&x.f, FEAT_BTF));
	if (feature_has(&x.f, FEAT_MAY_GOTO)) /* 6.9 has what 6.6 has */
		assert_true(feature_has(&x.f, FEAT_CPU_V4) && feature_has(&x.f, FEAT_ATOMICS));
}

static void maps_keep_what_is_stored(void **state)
{
	struct kern_map_spec m = {
	    .type = BPF_MAP_TYPE_HASH, .key_bytes = 8, .value_bytes = 8, .entries = 4, .name = "h"};
	struct err e = {0};
	uint64_t key = 7, value = 9, got = 0;
	int fd;

	(void)state;
	NEED(FEAT_BPF);
	fd = kern_map_create(&m, &e);
	assert_true(fd >= 0);
	assert_int_equal(kern_map_update(fd, &key, &value, BPF_ANY, &e), 0);
	assert_int_equal(kern_map_lookup(fd, &key, &got, &e), 0);
	assert_int_equal(got, 9);
	key = 8;
	assert_int_equal(kern_map_lookup(fd, &key, &got, &e), -1);
	assert_int_equal(e.code, ENOENT);
	close(fd);
	m.value_bytes = 0;
	assert_int_equal(kern_map_create(&m, &e), -1);
	assert_int_equal(e.code, EINVAL);
}

static void task_storage_keeps_a_value_per_thread(void **state)
{
	struct kern_map_spec m = {.type = BPF_MAP_TYPE_TASK_STORAGE,
				  .key_bytes = 4,
				  .value_bytes = 24,
				  .flags = BPF_F_NO_PREALLOC,
				  .name = "self",
				  .task_storage_btf = true};
	struct err e = {0};
	uint32_t ret = 0;
	int map;

	(void)state;
	NEED(FEAT_TASK_STORAGE);
	map = kern_map_create(&m, &e);
	assert_true(map >= 0);
	struct bpf_insn insns[] = {I_CALL(158),
				   I_MOV_REG(2, 0),
				   I_LD64(1, BPF_PSEUDO_MAP_FD, map, 0),
				   I_MOV_IMM(3, 0),
				   I_MOV_IMM(4, 1),
				   I_CALL(156),
				   I_JMP_IMM(BPF_JEQ, 0, 0, 4),
				   I_LOAD(BPF_DW, 1, 0, 8),
				   I_ALU_IMM(BPF_ADD, 1, 5),
				   I_STORE(BPF_DW, 0, 1, 8),
				   I_MOV_REG(0, 1),
				   I_EXIT()};
	struct kern_prog_spec p = {.type = BPF_PROG_TYPE_RAW_TRACEPOINT,
				   .name = "t",
				   .insns = insns,
				   .ninsns = COUNT(insns)};
	int fd = kern_prog_load(&p, NULL, 0, &e);
	assert_true(fd >= 0);
	for (uint32_t i = 1; i <= 3; i++) {
		assert_int_equal(kern_prog_test_run(fd, NULL, 0, &ret, &e), 0);
		assert_int_equal(ret, 5 * i);
	}
	close(fd);
	close(map);
}

static void called_programs_run_by_name(void **state)
{
	struct bpf_insn begin[] = {I_LD64(1, BPF_PSEUDO_MAP_VALUE, 0, COUNTER),
				   I_STORE_IMM(BPF_DW, 1, 0, 77), I_MOV_IMM(0, 0), I_EXIT()};
	struct image *im;
	struct loaded *l;
	struct err e = {0};

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	im = new_image();
	add_prog(im, "BEGIN", ATTACH_CALLED, NULL, 0, begin, COUNT(begin));
	l = must_load(im, NULL);
	assert_int_equal(((uint8_t *)load_state(l))[GLOB_BYTES - 1], 42); /* glob_init arrived */
	assert_int_equal(counter(l), 0);
	assert_int_equal(load_run(l, "END", &e), 1);
	assert_int_equal(load_run(l, "BEGIN", &e), 0);
	assert_int_equal(counter(l), 77);
	assert_true(load_map_fd(l, IMAGE_MAP_GLOB) >= 0);
	assert_int_equal(load_map_fd(l, 99), -1);
	assert_null(load_buf(l, 0));
	load_free(l);
}

static void memory_is_per_cpu(void **state)
{
	static const char *const names[] = {"scratch", "buf", "agg"};
	struct image *im;
	struct loaded *l;
	uint32_t ncpu = (uint32_t)kern_ncpus_possible();

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	assert_true(ncpu >= 1);
	im = new_image();
	for (int i = 0; i < 3; i++)
		*vec_push(&im->maps, x.a) = (struct image_map){.kind = MAP_KIND_ARRAY,
							       .name = names[i],
							       .value_bytes = i ? 1000 : 0,
							       .entries = ncpu,
							       .mmapable = i > 0};
	l = must_load(im, NULL);
	assert_int_equal(load_map_fd(l, IMAGE_MAP_SCRATCH), -1);
	for (uint32_t cpu = 0; cpu < ncpu; cpu++) {
		struct err e;
		uint8_t value[1000];
		load_buf(l, cpu)[999] = (uint8_t)(cpu + 1);
		assert_int_equal(kern_map_lookup(load_map_fd(l, IMAGE_MAP_BUF), &cpu, value, &e),
				 0);
		assert_int_equal(value[999], cpu + 1);
		load_agg(l, cpu)[0] = 1;
	}
	assert_null(load_buf(l, ncpu));
	assert_null(load_agg(l, ncpu));
	load_free(l);
}

static void raw_tracepoint_counts_exactly(void **state)
{
	/* getppid (110) of this process alone */
	struct bpf_insn insns[] = {I_LOAD(BPF_DW, 6, 1, 8),
				   I_JMP_IMM(BPF_JNE, 6, SYS_getppid, 12),
				   I_CALL(BPF_FUNC_get_current_pid_tgid),
				   I_ALU_IMM(BPF_RSH, 0, 32),
				   I_JMP_IMM(BPF_JNE, 0, getpid(), 9),
				   COUNT_WHEN_ACTIVE,
				   I_MOV_IMM(0, 0),
				   I_EXIT()};
	struct image *im;
	struct loaded *l;

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	/* The jumps lead to the last two instructions. */
	insns[1].off = (int16_t)(COUNT(insns) - 2 - 2);
	insns[4].off = (int16_t)(COUNT(insns) - 2 - 5);
	im = new_image();
	add_prog(im, "sys_enter", ATTACH_RAW_TP, "sys_enter", 0, insns, COUNT(insns));
	l = must_load(im, NULL);
	attached(l);
	for (int i = 0; i < 100; i++)
		syscall(SYS_getppid);
	assert_int_equal(counter(l), 0); /* not ACTIVE */
	load_set_activity(l, ACT_ACTIVE);
	for (int i = 0; i < 1234; i++)
		syscall(SYS_getppid);
	assert_int_equal(counter(l), 1234);
	load_detach(l);
	for (int i = 0; i < 100; i++)
		syscall(SYS_getppid);
	assert_int_equal(counter(l), 1234);
	load_detach(l);
	assert_int_equal(load_misses(l), 0);
	load_free(l);
}

static void typed_tracepoint_attaches(void **state)
{
	struct bpf_insn insns[] = {COUNT_WHEN_ACTIVE};
	struct image *im;
	struct loaded *l;

	(void)state;
	NEED(FEAT_TP_BTF);
	im = new_image();
	add_prog(im, "sys_exit", ATTACH_TP_BTF, "sys_exit", 0, insns, COUNT(insns));
	l = must_load(im, NULL);
	attached(l);
	load_set_activity(l, ACT_ACTIVE);
	syscall(SYS_getppid);
	assert_true(counter(l) > 0);
	load_free(l);
}

static void a_missing_tracepoint_is_named(void **state)
{
	struct bpf_insn insns[] = {COUNT_WHEN_ACTIVE};
	struct image *im;
	struct loaded *l;
	struct err e = {0};

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	im = new_image();
	add_prog(im, "p", ATTACH_RAW_TP, "no_such_tracepoint", 0, insns, COUNT(insns));
	l = must_load(im, NULL);
	assert_int_equal(load_attach(l, &e), -1);
	assert_non_null(strstr(e.text, "no_such_tracepoint"));
	load_free(l);
}

/* Keeps a CPU busy until the counter reaches n; gives up after ten seconds. */
static uint64_t spin_until(struct loaded *l, uint64_t n)
{
	uint64_t end = clock_ns() + 10000000000u;

	while (counter(l) < n && (uint64_t)clock_ns() < end)
		;
	return counter(l);
}

static void perf_clock_samples_a_busy_cpu(void **state)
{
	struct bpf_insn insns[] = {COUNT_WHEN_ACTIVE};
	struct image *im;
	struct loaded *l;

	(void)state;
	NEED(FEAT_PERF_CLOCK);
	im = new_image();
	add_prog(im, "profile-997", ATTACH_PERF_CLOCK, NULL, 1000000000 / 997, insns, COUNT(insns));
	l = must_load(im, NULL);
	attached(l);
	load_set_activity(l, ACT_ACTIVE);
	assert_true(spin_until(l, 20) >= 20);
	load_free(l);
}

static struct loaded *tick_image(uint64_t period_ns)
{
	struct bpf_insn insns[] = {COUNT_WHEN_ACTIVE};
	struct image *im = new_image();
	struct loaded *l;

	add_prog(im, "tick", ATTACH_TICK, NULL, period_ns, insns, COUNT(insns));
	l = must_load(im, NULL);
	attached(l);
	load_set_activity(l, ACT_ACTIVE);
	return l;
}

static void tick_by_timer_loses_none(void **state)
{
	const uint64_t period = 1000000;
	uint64_t before, after, n;
	struct loaded *l;
	int fd;

	(void)state;
	NEED(FEAT_TIMER);
	before = clock_ns();
	l = tick_image(period);
	if (load_tick_fds(l, &fd, 1)) { /* no absolute timers here */
		load_free(l);
		skip();
	}
	usleep(200000);
	load_set_activity(l, ACT_DRAINING);
	after = clock_ns();
	n = counter(l);
	load_free(l);
	/* As many as fit between the start and now, and never more; those that are late at the end
	 * are not counted. */
	assert_true(n > 0);
	assert_true(n <= (after - before) / period);
}

static void tick_by_timer_catches_up_and_stops(void **state)
{
	struct loaded *l;
	uint64_t n;
	int fd;

	(void)state;
	NEED(FEAT_TIMER);
	l = tick_image(1000000);
	if (load_tick_fds(l, &fd, 1)) {
		load_free(l);
		skip();
	}
	assert_true(spin_until(l, 100) >= 100);
	load_detach(l);
	usleep(5000);
	n = counter(l);
	usleep(20000);
	assert_int_equal(counter(l), n);
	load_free(l);
}

static void tick_by_timerfd_fires_once_per_expiration(void **state)
{
	struct features f = x.f;
	struct bpf_insn insns[] = {COUNT_WHEN_ACTIVE};
	struct image *im;
	struct loaded *l;
	struct err e = {0};
	int fd = -1, ran = 0;

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	f.state[FEAT_TIMER] = -2;
	im = new_image();
	add_prog(im, "tick", ATTACH_TICK, NULL, 1000000, insns, COUNT(insns));
	l = load_image(im, &f, NULL, &e);
	assert_non_null(l);
	attached(l);
	load_set_activity(l, ACT_ACTIVE);
	assert_int_equal(load_tick_fds(l, &fd, 1), 1);
	usleep(5500); /* several expirations in one read */
	while (ran < 20) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int n;
		assert_int_equal(poll(&p, 1, 10000), 1);
		n = load_tick_run(l, fd, &e);
		assert_true(n >= 0);
		ran += n;
	}
	assert_int_equal(counter(l), ran);
	assert_int_equal(load_tick_run(l, -1, &e), -1);
	load_free(l);
}

static void a_tick_that_uses_its_context_falls_back(void **state)
{
	/* bpf_get_stack(ctx, fp-16, 16, 0) needs a real context, which a timer has not */
	struct bpf_insn insns[] = {I_MOV_REG(2, 10), I_ALU_IMM(BPF_ADD, 2, -16), I_MOV_IMM(3, 16),
				   I_MOV_IMM(4, 0),  I_CALL(BPF_FUNC_get_stack), I_MOV_IMM(0, 0),
				   I_EXIT()};
	struct image *im;
	struct loaded *l;
	int fd;

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	im = new_image();
	add_prog(im, "tick", ATTACH_TICK, NULL, 1000000, insns, COUNT(insns));
	l = must_load(im, NULL);
	attached(l);
	assert_int_equal(load_tick_fds(l, &fd, 1), 1);
	load_free(l);
}

static void a_refusal_names_the_line(void **state)
{
	struct bpf_insn insns[] = {I_MOV_IMM(1, 0), I_LOAD(BPF_DW, 0, 1, 0),
				   I_EXIT()}; /* reads address 0 */
	struct image *im;
	struct image_prog *p;
	BUF_AUTO log = {0};
	struct load_opts opts = {.cpu = -1, .bpflog = &log};
	struct err e = {0};

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	im = new_image();
	p = add_prog(im, "bad", ATTACH_RAW_TP, "sys_enter", 0, insns, COUNT(insns));
	*vec_push(&p->lines, x.a) = (struct image_line){0, 3, NULL};
	*vec_push(&p->lines, x.a) = (struct image_line){1, 5, NULL};
	*vec_push(&p->lines, x.a) = (struct image_line){2, 9, NULL};
	assert_null(load_image(im, &x.f, &opts, &e));
	assert_non_null(strstr(e.text, "line 5"));
	assert_non_null(strstr(e.text, "-xbpflog"));
	assert_non_null(strstr(buf_str(&log), "program bad"));
}

static void a_program_too_large_says_so(void **state)
{
	/* A loop of a million steps: the verifier walks them all and gives up. */
	struct bpf_insn insns[] = {I_MOV_IMM(1, 0), I_ALU_IMM(BPF_ADD, 1, 1),
				   I_JMP_IMM(BPF_JNE, 1, 2000000, -2), I_MOV_IMM(0, 0), I_EXIT()};
	struct image *im;
	struct image_prog *p;
	struct err e = {0};

	(void)state;
	NEED(FEAT_MMAP_ARRAY);
	im = new_image();
	p = add_prog(im, "big", ATTACH_RAW_TP, "sys_enter", 0, insns, COUNT(insns));
	*vec_push(&p->lines, x.a) = (struct image_line){0, 12, NULL};
	assert_null(load_image(im, &x.f, NULL, &e));
	assert_non_null(
	    strstr(e.text, "big is too large for the kernel's verifier: clause at line 12; "));
	im->plan.strsize = 65536;
	assert_null(load_image(im, &x.f, NULL, &e));
	assert_non_null(strstr(e.text, "clause at line 12, with strings of 65536 bytes; "));
}

/* Descriptor of the program with this id, -1 when there is none. */
static int prog_by_id(uint32_t id)
{
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	return (int)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attr, sizeof(attr));
}

static uint32_t prog_id(int fd)
{
	struct bpf_prog_info info;
	union bpf_attr attr;

	memset(&attr, 0, sizeof(attr));
	memset(&info, 0, sizeof(info));
	attr.info.bpf_fd = (uint32_t)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (uint64_t)(uintptr_t)&info;
	return syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) < 0 ? 0 : info.id;
}

/* The child loads a tracepoint, a clock and a tick, tells the programs' ids, and waits to be
 * killed. */
static void child_with_programs(int out)
{
	struct bpf_insn insns[] = {COUNT_WHEN_ACTIVE};
	struct image *im = new_image();
	struct err e;
	struct loaded *l;
	uint32_t id[3];

	add_prog(im, "a", ATTACH_RAW_TP, "sys_enter", 0, insns, COUNT(insns));
	add_prog(im, "b", ATTACH_PERF_CLOCK, NULL, 1000000, insns, COUNT(insns));
	add_prog(im, "c", ATTACH_TICK, NULL, 1000000, insns, COUNT(insns));
	l = load_image(im, &x.f, NULL, &e);
	if (!l || load_attach(l, &e) < 0)
		_exit(1);
	for (int i = 0; i < 3; i++)
		id[i] = prog_id(l->progs[i].fd);
	if (write(out, id, sizeof(id)) != sizeof(id))
		_exit(1);
	for (;;)
		pause();
}

static void kill_leaves_nothing(void **state)
{
	int ends[2], fd = 0;
	uint32_t id[3] = {0};
	pid_t pid;

	(void)state;
	NEED(FEAT_PERF_CLOCK);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		child_with_programs(ends[1]);
	close(ends[1]);
	assert_int_equal(read(ends[0], id, sizeof(id)), sizeof(id));
	for (int k = 0; k < 3; k++) {
		fd = prog_by_id(id[k]);
		assert_true(fd >= 0);
		close(fd);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (int k = 0; k < 3; k++) {
		for (int i = 0; i < 1000 && (fd = prog_by_id(id[k])) >= 0;
		     i++) { /* freed after a grace period */
			close(fd);
			usleep(10000);
		}
		assert_int_equal(fd, -1);
	}
	close(ends[0]);
}

static void private_tracefs_lists_events(void **state)
{
	struct err e = {0};
	BUF_AUTO text = {0};
	int fd;

	(void)state;
	NEED(FEAT_TRACEFS);
	fd = kern_tracefs_open(&e);
	assert_true(fd >= 0);
	assert_int_equal(kern_tracefs_read(fd, "events/sched/sched_switch/format", &text), 0);
	assert_non_null(strstr(buf_str(&text), "name: sched_switch"));
	assert_int_equal(kern_tracefs_read(fd, "events/none", &text), -1);
	close(fd);
}

struct seen {
	pid_t child;
	bool forked, mapped;
	char self[4096]; /* path of this program */
};

static void note_mapping(void *arg, const struct kern_mapping *m)
{
	struct seen *s = arg;

	if ((pid_t)m->pid != s->child)
		return;
	s->forked |= m->parent == (uint32_t)getpid();
	if (!m->parent && m->bytes && !strcmp(m->path, s->self))
		s->mapped = true;
}

/* A process that has ended: its fork is told, and what it executed. */
static void mappings_are_told(void **state)
{
	struct err e = {0};
	struct seen s = {0};
	struct kern_mappings *m;
	int status;

	(void)state;
	NEED(FEAT_PERF_CLOCK);
	assert_true(readlink("/proc/self/exe", s.self, sizeof(s.self) - 1) > 0);
	m = kern_mappings_open(false, &e);
	assert_non_null(m);
	s.child = fork();
	if (s.child == 0) {
		execl("/proc/self/exe", "test_kern_live", "--nothing", (char *)NULL);
		_exit(1);
	}
	waitpid(s.child, &status, 0);
	assert_int_equal(status, 0);
	kern_mappings_read(m, note_mapping, &s);
	assert_true(s.forked);
	assert_true(s.mapped);
	s.forked = s.mapped = false;
	kern_mappings_read(m, note_mapping, &s);
	assert_false(s.forked || s.mapped); /* each only once */
	kern_mappings_close(m);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--nothing"))
		return 0;
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_feature_prints_and_can_be_switched_off),
	    cmocka_unit_test(features_hold_their_promises),
	    cmocka_unit_test(maps_keep_what_is_stored),
	    cmocka_unit_test(task_storage_keeps_a_value_per_thread),
	    cmocka_unit_test(called_programs_run_by_name),
	    cmocka_unit_test(memory_is_per_cpu),
	    cmocka_unit_test(raw_tracepoint_counts_exactly),
	    cmocka_unit_test(typed_tracepoint_attaches),
	    cmocka_unit_test(a_missing_tracepoint_is_named),
	    cmocka_unit_test(perf_clock_samples_a_busy_cpu),
	    cmocka_unit_test(tick_by_timer_loses_none),
	    cmocka_unit_test(tick_by_timer_catches_up_and_stops),
	    cmocka_unit_test(tick_by_timerfd_fires_once_per_expiration),
	    cmocka_unit_test(a_tick_that_uses_its_context_falls_back),
	    cmocka_unit_test(a_refusal_names_the_line),
	    cmocka_unit_test(a_program_too_large_says_so),
	    cmocka_unit_test(kill_leaves_nothing),
	    cmocka_unit_test(private_tracefs_lists_events),
	    cmocka_unit_test(mappings_are_told),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
