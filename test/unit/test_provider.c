/*
 * dtrace/provider: which probes there are, what their arguments are called, and, as root, that the
 * code they emit works: small programs are built from their IR, loaded and fired.
 */
#include <errno.h>
#include <setjmp.h>
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

#include "dtrace/bpf/codegen.h"
#include "dtrace/kern/load.h"
#include "dtrace/kern/perf_events.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/dispatch.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/syscall_names.h"
#include "dtrace/types/btf.h"

struct fixture {
	struct arena *a;
	struct btf *btf;
	struct features f;
	struct registry *r;
};
static struct fixture x; /* of the test program alone */

static int setup(void **state)
{
	struct err e;

	(void)state;
	x.a = arena_new();
	x.btf = btf_open("/sys/kernel/btf/vmlinux", &e);
	features_init(&x.f, x.btf, NULL, &e);
	x.r = registry_new(x.a, x.btf, &x.f);
	providers_add_all(x.r);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	registry_fini(x.r);
	registry_fini(NULL);
	if (x.btf)
		btf_close(x.btf);
	arena_free(x.a);
	return 0;
}

static int match(const char *prov, const char *mod, const char *func, const char *name,
		 struct probe ***out)
{
	struct err e = {0};
	int n = registry_match(x.r, prov, mod, func, name, out, &e);

	if (n < 0)
		fail_msg("%s", e.text);
	return n;
}

static struct probe *one(const char *prov, const char *func, const char *name)
{
	struct probe **m;

	assert_int_equal(match(prov, "", func, name, &m), 1);
	return m[0];
}

/* ---- names, numbers, types ---- */

static void ids_are_fixed(void **state)
{
	(void)state;
	assert_int_equal(one("dtrace", "", "END")->id, 2);
	assert_int_equal(one("dtrace", "", "BEGIN")->id, 1);
	assert_int_equal(one("dtrace", "", "ERROR")->id, 3);
	assert_int_equal(one("syscall", "write", "entry")->id, 4 + SYS_write);
	assert_int_equal(one("syscall", "read", "return")->id, 4 + 1024 + SYS_read);
	assert_string_equal(one("syscall", "read", "entry")->module, "vmlinux");
}

static void syscalls_match_by_pattern(void **state)
{
	struct probe **m;
	int all;

	(void)state;
	all = match("syscall", "", "", "", &m);
	assert_true(all > 2 * 370);
	assert_int_equal(match("syscall", "", "", "entry", &m), all / 2);
	assert_int_equal(match("syscall", "other", "", "entry", &m), 0);
	assert_int_equal(match("syscall", "", "nosuchcall", "", &m), 0);
	assert_int_equal(match("syscall", "", "p*64", "entry", &m),
			 3); /* pread64 pwrite64 prlimit64 */
	assert_int_equal(match("*", "", "getppid", "", &m), 2);
	assert_non_null(strstr(m[0]->impl->ops->why_not(m[0]->impl, "open64", "entry"), "openat"));
	assert_null(m[0]->impl->ops->why_not(m[0]->impl, "nonsense", "entry"));
}

/* Every provider has its probes in the manual; each tells its source and whose doing it is, or why it has none. */
static void manual_is_complete(void **state)
{
	struct provider *p;
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; (p = registry_provider(x.r, i)); i++) {
		struct probe_doc d;
		assert_true(p->ops->document || p->ops->ndocs);
		for (unsigned k = 0; provider_document(p, k, &d); k++, n++) {
			assert_true(d.name && *d.name && d.function);
			assert_true((d.source != NULL) != (d.why_not != NULL));
			assert_true(d.why_not || d.context);
			assert_true(!d.why_not || !d.here);
		}
	}
	assert_true(n > 200);
}

/* What a kernel has is not among what it lacks, and the other way round. */
static void count_missing(void *arg, const char *prov, const struct probe_doc *doc, const char *why)
{
	struct probe **m;

	assert_true(why && *why);
	assert_int_equal(match(prov, "", doc->function, doc->name, &m), 0);
	++*(unsigned *)arg;
}

static void missing_have_reasons(void **state)
{
	unsigned n = 0;

	(void)state;
	registry_each_missing(x.r, "sched", NULL, NULL, NULL, count_missing, &n);
	registry_each_missing(x.r, "lockstat", NULL, NULL, "*-acquire", count_missing, &n);
	assert_true(n >= 5 + 3);
	n = 0;
	registry_each_missing(x.r, "sched", "no_module", NULL, NULL, count_missing, &n);
	registry_each_missing(x.r, "nobody", NULL, NULL, NULL, count_missing, &n);
	assert_int_equal(n, 0);
}

static void events_have_names(void **state)
{
	struct kern_event ev;
	unsigned n;
	const struct kern_event *all = kern_events(&n);

	(void)state;
	for (unsigned i = 0; i < n; i++) {
		assert_true(kern_event_find(all[i].name, strlen(all[i].name), &ev));
		assert_string_equal(ev.name, all[i].name); /* each name once */
		assert_true(ev.min_period > 0);
	}
	assert_true(kern_event_find("r1A8", 4, &ev));
	assert_int_equal(ev.config, 0x1a8);
	assert_true(kern_event_find("r0123456789abcdef", 17, &ev));
	assert_false(kern_event_find("r0123456789abcdef0", 18, &ev));
	assert_false(kern_event_find("r", 1, &ev));
	assert_false(kern_event_find("rxyz", 4, &ev));
	assert_false(kern_event_find("cycle", 5, &ev));
	assert_false(kern_event_find("", 0, &ev));
}

/* A probe of cpc comes into being when it is asked for, once. */
static void cpc_names(void **state)
{
	static const char *const none[] = {"page-faults-user-",
					   "page-faults-user",
					   "page-faults-user-0",
					   "page-faults--1",
					   "-user-1",
					   "no-such-event-user-1",
					   "cpu-clock-all-1",
					   "page-faults-user-1x",
					   "page-faults-all-18446744073709551616"};
	struct probe **m;
	struct probe_site s = {0};
	struct err e = {0};

	(void)state;
	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(match("cpc", "", "", none[i], &m), 0);
	assert_int_equal(match("cpc", "", "", "minor-faults-kernel-7", &m), 1);
	assert_int_equal(m[0]->impl->ops->site(m[0]->impl, m[0], &s, &e), 0);
	assert_int_equal(s.attach, ATTACH_PERF_EVENT);
	assert_string_equal(s.target, "minor-faults-kernel");
	assert_int_equal(s.param, 7);
	assert_int_equal(match("cpc", "", "", "minor-faults-kernel-7", &m), 1);
	assert_int_equal(match("cpc", "", "", "minor-faults-kernel-*", &m), 1);
	assert_int_equal(match("cpc", "", "", "page-faults-all-1", &m),
			 1); /* as listings show it */
	assert_int_equal(match("cpc", "", "", "page-faults-all-?", &m), 1);
}

static void profile_names(void **state)
{
	static const struct {
		const char *name;
		uint64_t ns; /* 0: no such probe */
	} t[] = {
	    {"tick-1", 1000000000},
	    {"tick-10ms", 10000000},
	    {"tick-1sec", 1000000000},
	    {"tick-500us", 500000},
	    {"tick-250usec", 250000},
	    {"tick-1000000ns", 1000000},
	    {"tick-1000000nsec", 1000000},
	    {"tick-2m", 120000000000},
	    {"tick-1min", 60000000000},
	    {"tick-1h", 3600000000000},
	    {"tick-1hour", 3600000000000},
	    {"tick-1d", 86400000000000},
	    {"tick-1day", 86400000000000},
	    {"tick-5hz", 200000000},
	    {"profile-997", 1000000000 / 997},
	    {"profile-10msec", 10000000},
	    {"profile-1S", 1000000000},
	    {"tick-5000", 200000},
	    {"tick-0", 0},
	    {"tick-5001", 0},
	    {"tick-199us", 0},
	    {"tick-", 0},
	    {"tick-ms", 0},
	    {"tick-1fortnight", 0},
	    {"profile-1ns", 0},
	    {"tick-99999999999999999999s", 0},
	    {"tick-200000d", 0},
	    {"tock-1s", 0},
	    {"profile-x", 0},
	    {"tick--1", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct probe **m;
		int n = match("profile", "", "", t[i].name, &m);
		struct probe_site s;
		struct err e;
		if (n != (t[i].ns != 0))
			fail_msg("%s: %d probes", t[i].name, n);
		if (!n)
			continue;
		assert_string_equal(m[0]->name, t[i].name);
		assert_int_equal(m[0]->impl->ops->site(m[0]->impl, m[0], &s, &e), 0);
		assert_int_equal(s.param, t[i].ns);
		assert_int_equal(s.attach, t[i].name[0] == 't' ? ATTACH_TICK : ATTACH_PERF_CLOCK);
	}
}

static void profile_patterns_see_the_customary_ones(void **state)
{
	struct arena *a = arena_new();
	struct registry *r = registry_new(a, NULL, NULL);
	struct probe **m;
	struct err e = {0};
	uint32_t id;

	(void)state;
	providers_add_all(r);
	assert_int_equal(registry_match(r, "profile", "", "", "", &m, &e), 13);
	assert_int_equal(registry_match(r, "", "", "", "tick-3s", &m, &e), 1);
	id = m[0]->id;
	assert_int_equal(registry_match(r, "profile", "", "", "tick-3s", &m, &e), 1);
	assert_int_equal(m[0]->id, id);
	assert_int_equal(registry_match(r, "profile", "", "", "tick-*", &m, &e), 7);
	assert_int_equal(registry_match(r, "", "", "", "tick-10", &m, &e),
			 1); /* a customary one is no new one */
	assert_int_equal(registry_match(r, "profile", "", "", "", &m, &e), 14);
	arena_free(a);
}

/* What has no room for its number says so: it is not as if there were no such probe. */
static void profile_says_when_it_is_full(void **state)
{
	struct arena *a = arena_new();
	struct registry *r = registry_new(a, NULL, NULL);
	struct probe **m;
	char name[32];
	int n = 1;

	(void)state;
	providers_add_all(r);
	struct err e = {0};
	unsigned i = 1;
	for (; n == 1 && i < 5000; i++) {
		snprintf(name, sizeof(name), "tick-%ums", 100000 + i);
		n = registry_match(r, "profile", "", "", name, &m, &e);
	}
	assert_int_equal(n, -1);
	assert_non_null(strstr(e.text, "no more than 4096"));
	assert_int_equal(registry_match(r, "profile", "", "", "tick-100001ms", &m, &e), 1);
	arena_free(a);
}

static void without_btf_tracepoints_say_why(void **state)
{
	struct arena *a = arena_new();
	struct registry *r = registry_new(a, NULL, NULL);
	struct probe **m;
	struct err e = {0};
	struct probe *p;

	(void)state;
	providers_add_all(r);
	assert_int_equal(registry_match(r, "sdt", "", "", "", &m, &e), 0);
	assert_int_equal(registry_match(r, "syscall", "", "read", "entry", &m, &e), 1);
	p = m[0];
	assert_int_equal(p->id, 4);
	arena_free(a);
}

static void tracepoints_have_types_and_groups(void **state)
{
	struct probe_arg args[12];
	struct probe *p, **m;
	int all;

	(void)state;
	if (!x.btf)
		skip();
	p = one("sdt", "", "sched_switch");
	assert_int_equal(p->impl->ops->args(p->impl, p, x.a, args, 12), 4);
	assert_string_equal(args[0].type, "bool");
	assert_string_equal(args[0].name, "preempt");
	assert_string_equal(args[1].type, "struct task_struct *");
	assert_string_equal(args[1].name, "prev");
	assert_string_equal(args[3].type, "unsigned int");
	if (geteuid() == 0 && feature_has(&x.f, FEAT_TRACEFS)) {
		assert_string_equal(p->function, "sched");
		assert_ptr_equal(one("sdt", "sched", "sched_switch"), p);
	}
	all = match("sdt", "", "", "", &m);
	assert_true(all > 300);
	for (int i = 1; i < all; i++)
		assert_true(m[i - 1]->id < m[i]->id);
	/* The probes of sdt that illumos documents are no tracepoints of those names. */
	assert_int_equal(match("rawtp", "", "", "", &m), all - match("sdt", "", "", "*-*", &m));
	p = one("rawtp", "", "sched_switch");
	assert_int_equal(p->impl->ops->args(p->impl, p, x.a, args, 12), -1);
}

static void syscall_arguments_have_names(void **state)
{
	struct probe_arg args[8];
	struct probe *p = one("syscall", "openat", "entry");

	(void)state;
	assert_int_equal(
	    one("syscall", "openat", "return")
		->impl->ops->args(p->impl, one("syscall", "openat", "return"), x.a, args, 8),
	    1);
	assert_string_equal(args[0].type, "long");
	if (geteuid() != 0 || !feature_has(&x.f, FEAT_TRACEFS))
		skip();
	assert_int_equal(p->impl->ops->args(p->impl, p, x.a, args, 8), 4);
	assert_string_equal(args[0].type, "int");
	assert_string_equal(args[0].name, "dfd");
	assert_string_equal(args[1].type, "const char *");
	assert_true(args[1].of_caller);
	assert_string_equal(args[1].name, "filename");
	assert_string_equal(args[3].name, "mode");
	assert_int_equal(args[3].native, 3);
	p = one("syscall", "getppid", "entry");
	assert_int_equal(p->impl->ops->args(p->impl, p, x.a, args, 8), 0);
	p = one("syscall", "uname", "entry"); /* its event has another name */
	assert_int_equal(p->impl->ops->args(p->impl, p, x.a, args, 8), 1);
}

static void every_provider_has_attributes(void **state)
{
	static const char *const names[][2] = {{"dtrace", "BEGIN"},
					       {"syscall", "entry"},
					       {"profile", "tick-1"},
					       {"sdt", "sched_switch"}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct stability s[5];
		struct probe **m;
		if (match(names[i][0], "", "", names[i][1], &m) == 0)
			continue;
		m[0]->impl->ops->stability(m[0]->impl, s);
		assert_true(s[0].name >= STAB_EVOLVING);
		assert_int_equal(s[1].name <= STAB_UNSTABLE, 1);
	}
}

/* ---- the code that providers emit ---- */

enum { WORDS = 1024, GLOB_BYTES = 16384, HELPER_PID_TGID = 14 };

struct built { /* a program under construction for one site */
	struct ir_unit *u;
	struct emit_env env;
	struct image *im;
	struct probe_site site;
	struct provider *impl;
};

/* Word i of the results, in GLOB behind the state. */
static void emit_put(struct built *b, unsigned i, int reg)
{
	ir_store(b->env.f, ir_mapval(b->env.f, IMAGE_MAP_GLOB, (uint32_t)(WORDS + 8 * i)), 0, 8,
		 IRV_REG(reg));
}

static void emit_count(struct built *b, unsigned i)
{
	ir_atomic_add(b->env.f, ir_mapval(b->env.f, IMAGE_MAP_GLOB, (uint32_t)(WORDS + 8 * i)), 0,
		      8, IRV_IMM(1));
}

static uint64_t word(struct loaded *l, unsigned i)
{
	return __atomic_load_n((uint64_t *)((uint8_t *)load_state(l) + WORDS + 8 * i),
			       __ATOMIC_SEQ_CST);
}

/* Starts the program of a probe's site: leaves unless ACTIVE and (mine) in this process. */
static void begin(struct built *b, const struct probe *p, const struct features *f, bool mine)
{
	struct err e = {0};
	int act;

	memset(b, 0, sizeof(*b));
	b->impl = p->impl;
	assert_int_equal(p->impl->ops->site(p->impl, p, &b->site, &e), 0);
	b->im = arena_new_of(x.a, struct image);
	b->im->arena = x.a;
	b->im->glob_bytes = GLOB_BYTES;
	*vec_push(&b->im->maps, x.a) = (struct image_map){.kind = MAP_KIND_ARRAY,
							  .name = "glob",
							  .value_bytes = GLOB_BYTES,
							  .entries = 1,
							  .mmapable = true};
	b->u = ir_unit_new(x.a, b->site.name);
	b->env = (struct emit_env){.f = ir_func_new(b->u, "prog", 1),
				   .arena = x.a,
				   .btf = x.btf,
				   .features = f,
				   .ctx_kind = b->site.ctx,
				   .probe_id = -1};
	for (int i = 0; i < 16; i++)
		b->env.cache[i] = -1;
	b->env.ctx = b->env.f->params[0];
	b->env.fail = ir_label(b->env.f);
	act = ir_load(b->env.f, ir_mapval(b->env.f, IMAGE_MAP_GLOB, 0), 0, 4);
	ir_br(b->env.f, IR_NE, act, IRV_IMM(ACT_ACTIVE), b->env.fail);
	if (mine) {
		int pid = ir_call(b->env.f, HELPER_PID_TGID, 0, NULL);
		ir_br(b->env.f, IR_NE, ir_alu(b->env.f, IR_SHR, pid, IRV_IMM(32)),
		      IRV_IMM(getpid()), b->env.fail);
	}
}

/* Ends it, loads, attaches and activates. */
static struct loaded *run(struct built *b, const struct features *f)
{
	struct codegen_target t = {.may_goto = feature_has(f, FEAT_MAY_GOTO),
				   .cpu_v4 = feature_has(f, FEAT_CPU_V4),
				   .atomics = feature_has(f, FEAT_ATOMICS)};
	struct image_prog *prog = vec_push(&b->im->progs, x.a);
	struct load_opts opts = {.cpu = -1};
	BUF_AUTO log = {0};
	struct err e = {0};
	struct loaded *l;
	const char *wrong;

	ir_place(b->env.f, b->env.fail);
	ir_ret(b->env.f, IRV_IMM(0));
	wrong = ir_check(b->u, x.a);
	if (wrong)
		fail_msg("%s", wrong);
	ir_optimize(b->u);
	prog->name = b->site.name;
	prog->attach =
	    (struct attach_point){b->env.typed ? ATTACH_TP_BTF : (enum attach_kind)b->site.attach,
				  b->site.target, b->site.param};
	if (codegen_unit(b->u, &t, prog, &e) < 0)
		fail_msg("%s", e.text);
	opts.bpflog = &log;
	l = load_image(b->im, f, &opts, &e);
	if (!l)
		fail_msg("%s\n%s", e.text, buf_str(&log));
	if (load_attach(l, &e) < 0)
		fail_msg("%s", e.text);
	load_set_activity(l, ACT_ACTIVE);
	return l;
}

#define NEED_ROOT()                                                                                \
	do {                                                                                       \
		if (geteuid() != 0 || !feature_has(&x.f, FEAT_MMAP_ARRAY))                         \
			skip();                                                                    \
	} while (0)

/* Groups {getppid}, {getuid, getgid, geteuid}: each counted, with the last probe id, and getppid's
 * first argument. */
static void count_by_group(const struct features *f)
{
	const struct probe *g0[] = {one("syscall", "getppid", "entry")};
	const struct probe *g1[] = {one("syscall", "getuid", "entry"),
				    one("syscall", "getgid", "entry"),
				    one("syscall", "geteuid", "entry")};
	struct probe_group groups[2] = {{g0, 1, 0}, {g1, 3, 0}};
	struct loaded *l;
	struct built b;

	begin(&b, g0[0], f, true);
	groups[0].label = ir_label(b.env.f);
	groups[1].label = ir_label(b.env.f);
	b.env.want_probe_id = true;
	b.impl->ops->emit_dispatch(b.impl, &b.env, groups, 2);
	for (unsigned i = 0; i < 2; i++) {
		ir_place(b.env.f, groups[i].label);
		emit_count(&b, 4 * i);
		emit_put(&b, 4 * i + 1, b.env.probe_id);
		emit_put(&b, 4 * i + 2,
			 b.impl->ops->emit_arg(b.impl, &b.env, groups[i].probes[0], 0));
		emit_put(&b, 4 * i + 3,
			 b.impl->ops->emit_arg(b.impl, &b.env, groups[i].probes[0], 5));
		ir_jmp(b.env.f, b.env.fail);
	}
	assert_int_equal(b.impl->ops->emit_arg(b.impl, &b.env, g0[0], 6), -1);
	l = run(&b, f);
	for (int i = 0; i < 10; i++)
		syscall(SYS_getppid, 0x123456789abcdefl, 1, 2, 3, 4, 5);
	syscall(SYS_getuid);
	syscall(SYS_getgid);
	syscall(SYS_geteuid);
	syscall(SYS_getegid);
	syscall(400); /* a hole */
	syscall(100000);
	syscall(-1l);
	assert_int_equal(word(l, 0), 10);
	assert_int_equal(word(l, 1), g0[0]->id);
	assert_int_equal(word(l, 2), 0x123456789abcdefl);
	assert_int_equal(word(l, 3), 5);
	assert_int_equal(word(l, 4), 3);
	assert_int_equal(word(l, 5), g1[2]->id);
	load_free(l);
}

static void value_and_errno(const struct features *f)
{
	const struct probe *p[] = {one("syscall", "close", "return"),
				   one("syscall", "getppid", "return")};
	struct probe_group groups[2] = {{&p[0], 1, 0}, {&p[1], 1, 0}};
	struct loaded *l;
	struct built b;

	begin(&b, p[0], f, true);
	groups[0].label = ir_label(b.env.f);
	groups[1].label = ir_label(b.env.f);
	b.impl->ops->emit_dispatch(b.impl, &b.env, groups, 2);
	assert_int_equal(b.env.probe_id, -1); /* nobody wanted it */
	for (unsigned i = 0; i < 2; i++) {
		ir_place(b.env.f, groups[i].label);
		emit_put(&b, 4 * i, b.impl->ops->emit_arg(b.impl, &b.env, p[i], 0));
		emit_put(&b, 4 * i + 1, b.impl->ops->emit_arg(b.impl, &b.env, p[i], 1));
		emit_put(&b, 4 * i + 2, b.impl->ops->emit_errno(b.impl, &b.env, p[i]));
		ir_jmp(b.env.f, b.env.fail);
	}
	assert_int_equal(b.impl->ops->emit_arg(b.impl, &b.env, p[0], 2), -1);
	l = run(&b, f);
	close(-1);
	getppid();
	load_set_activity(l, ACT_DRAINING);
	assert_int_equal(word(l, 0), -1);
	assert_int_equal(word(l, 1), -1);
	assert_int_equal(word(l, 2), EBADF);
	assert_int_equal(word(l, 4), getppid());
	assert_int_equal(word(l, 6), 0);
	load_free(l);
}

/* The three ways to read registers: see regs.h. */
static void syscalls_with(const char *off)
{
	struct features f;
	struct err e = {0};
	struct arena *keep = x.a;
	struct registry *r = x.r;

	features_init(&f, x.btf, off, &e);
	x.r = registry_new(x.a, x.btf, &f);
	providers_add_all(x.r);
	count_by_group(&f);
	value_and_errno(&f);
	x.r = r;
	x.a = keep;
}

static void syscalls_by_cast(void **state)
{
	(void)state;
	NEED_ROOT();
	syscalls_with("tp_btf");
}

static void syscalls_typed(void **state)
{
	(void)state;
	NEED_ROOT();
	syscalls_with(NULL);
}

static void syscalls_by_probe_read(void **state)
{
	(void)state;
	NEED_ROOT();
	syscalls_with("rdonly_cast,tp_btf");
}

/* All known calls in one group, as syscall:::entry has them. */
static void one_group_of_all_calls(void **state)
{
	struct probe **m;
	int n = match("syscall", "", "", "entry", &m);
	struct probe_group g = {(const struct probe **)m, (uint32_t)n, 0};
	struct loaded *l;
	struct built b;

	(void)state;
	NEED_ROOT();
	begin(&b, m[0], &x.f, true);
	g.label = ir_label(b.env.f);
	b.env.want_probe_id = true;
	b.impl->ops->emit_dispatch(b.impl, &b.env, &g, 1);
	ir_place(b.env.f, g.label);
	emit_count(&b, 0);
	emit_put(&b, 1, b.env.probe_id);
	l = run(&b, &x.f);
	for (int i = 0; i < 50; i++) {
		syscall(SYS_getppid);
		syscall(400);
		syscall(SYSCALL_LIMIT + i);
	}
	assert_int_equal(word(l, 0), 50);
	assert_int_equal(word(l, 1), one("syscall", "getppid", "entry")->id);
	load_free(l);
}

/* Every second call in groups of its own: the tree must still load quickly and lead to the right
 * leaf. */
static void a_tree_of_many_groups(void **state)
{
	struct probe **m;
	int n = match("syscall", "", "", "entry", &m), ng = 0;
	struct probe_group *g = arena_array(x.a, struct probe_group, n);
	struct loaded *l;
	struct built b;

	(void)state;
	NEED_ROOT();
	begin(&b, m[0], &x.f, true);
	for (int i = 1; i < n; i += 2)
		g[ng++] = (struct probe_group){(const struct probe **)&m[i], 1, ir_label(b.env.f)};
	b.impl->ops->emit_dispatch(b.impl, &b.env, g, (uint32_t)ng);
	for (int i = 0; i < ng; i++) {
		ir_place(b.env.f, g[i].label);
		emit_count(&b, (unsigned)g[i].probes[0]->data);
		ir_jmp(b.env.f, b.env.fail);
	}
	l = run(&b, &x.f);
	syscall(SYS_getpgrp); /* 111 */
	syscall(SYS_getppid); /* 110 */
	syscall(SYS_getpid);  /* 39 */
	syscall(SYS_getpid);
	assert_int_equal(word(l, SYS_getpgrp), 1);
	assert_int_equal(word(l, SYS_getppid), 0);
	assert_int_equal(word(l, SYS_getpid), 2);
	load_free(l);
}

/* The 32-bit entry: number 20 is getpid there, and writev among the 64-bit ones. */
static void compat_calls_do_not_fire(void **state)
{
	const struct probe *p = one("syscall", "writev", "entry");
	struct probe_group g = {&p, 1, 0};
	struct loaded *l;
	struct built b;
	int status;
	pid_t pid;

	(void)state;
	NEED_ROOT();
	begin(&b, p, &x.f, false);
	g.label = ir_label(b.env.f);
	b.impl->ops->emit_dispatch(b.impl, &b.env, &g, 1);
	ir_place(b.env.f, g.label);
	emit_put(&b, 0, b.impl->ops->emit_arg(b.impl, &b.env, p, 0));
	ir_br(b.env.f, IR_NE, b.impl->ops->emit_arg(b.impl, &b.env, p, 0), IRV_IMM(0x5a5a5a),
	      b.env.fail);
	emit_count(&b, 1);
	l = run(&b, &x.f);
	pid = fork();
	if (pid == 0) {
		long self = getpid(), got = 20;
		__asm__ volatile("int $0x80"
				 : "+a"(got)
				 : "D"(0x5a5a5al), "b"(0x5a5a5al)
				 : "memory", "r8", "r9", "r10", "r11");
		_exit(got == self ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		load_free(l);
		skip(); /* no 32-bit calls here */
	}
	assert_int_equal(word(l, 1), 0);
	syscall(SYS_writev, 0x5a5a5a, NULL, 0);
	assert_int_equal(word(l, 1), 1);
	load_free(l);
}

static void sdt_arguments_are_typed_numbers(void **state)
{
	struct probe *p, *raw;
	struct loaded *l;
	struct built b;
	int status;
	pid_t pid;

	(void)state;
	NEED_ROOT();
	if (!x.btf)
		skip();
	p = one("sdt", "", "sched_process_exit");
	raw = one("rawtp", "", "sched_process_exit");
	begin(&b, p, &x.f, false);
	emit_count(&b, 0);
	emit_put(&b, 1, b.impl->ops->emit_arg(b.impl, &b.env, p, 0));
	emit_put(&b, 2, raw->impl->ops->emit_arg(raw->impl, &b.env, raw, 0));
	assert_int_equal(b.impl->ops->emit_arg(b.impl, &b.env, p, 9), -1);
	l = run(&b, &x.f);
	pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, &status, 0);
	assert_true(word(l, 0) >= 1);
	assert_true(word(l, 1) >> 63); /* a kernel address */
	load_free(l);
}

static void profile_tells_where_it_was(void **state)
{
	struct probe *p = one("profile", "", "profile-997");
	struct timespec start, now;
	struct loaded *l;
	struct built b;

	(void)state;
	NEED_ROOT();
	if (!feature_has(&x.f, FEAT_PERF_CLOCK))
		skip();
	begin(&b, p, &x.f, true);
	{
		int user = ir_label(b.env.f), kpc, upc;
		kpc = b.impl->ops->emit_arg(b.impl, &b.env, p, 0);
		upc = b.impl->ops->emit_arg(b.impl, &b.env, p, 1);
		ir_br(b.env.f, IR_NE, upc, IRV_IMM(0), user);
		emit_put(&b, 0, kpc);
		emit_count(&b, 1);
		ir_jmp(b.env.f, b.env.fail);
		ir_place(b.env.f, user);
		emit_put(&b, 2, upc);
		emit_count(&b, 3);
		emit_put(&b, 4, kpc);
	}
	l = run(&b, &x.f);
	clock_gettime(CLOCK_MONOTONIC, &start);
	do { /* user and kernel work in turns */
		for (volatile int i = 0; i < 20000; i++)
			;
		for (int i = 0; i < 500; i++)
			syscall(SYS_getppid);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((word(l, 1) < 3 || word(l, 3) < 3) && now.tv_sec - start.tv_sec < 20);
	assert_true(word(l, 1) >= 3 && word(l, 3) >= 3);
	assert_true(word(l, 0) >> 63);	 /* kernel */
	assert_false(word(l, 2) >> 63);	 /* user */
	assert_int_equal(word(l, 4), 0); /* in user mode there is no kernel pc */
	load_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ids_are_fixed),
	    cmocka_unit_test(syscalls_match_by_pattern),
	    cmocka_unit_test(manual_is_complete),
	    cmocka_unit_test(missing_have_reasons),
	    cmocka_unit_test(events_have_names),
	    cmocka_unit_test(cpc_names),
	    cmocka_unit_test(profile_names),
	    cmocka_unit_test(profile_patterns_see_the_customary_ones),
	    cmocka_unit_test(profile_says_when_it_is_full),
	    cmocka_unit_test(without_btf_tracepoints_say_why),
	    cmocka_unit_test(tracepoints_have_types_and_groups),
	    cmocka_unit_test(syscall_arguments_have_names),
	    cmocka_unit_test(every_provider_has_attributes),
	    cmocka_unit_test(syscalls_by_cast),
	    cmocka_unit_test(syscalls_typed),
	    cmocka_unit_test(syscalls_by_probe_read),
	    cmocka_unit_test(one_group_of_all_calls),
	    cmocka_unit_test(a_tree_of_many_groups),
	    cmocka_unit_test(compat_calls_do_not_fire),
	    cmocka_unit_test(sdt_arguments_are_typed_numbers),
	    cmocka_unit_test(profile_tells_where_it_was),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
