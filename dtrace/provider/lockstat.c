/*
 * lockstat.c - provider lockstat: threads that wait for locks of the kernel
 *
 *	contention_begin(lock, flags)	remembered for the thread and the lock: since when, from when on asleep, who held it
 *	contention_end(lock, result)	result 0: the lock is taken at last; by what the thread waited for
 *		a mutex			adaptive-block when the thread slept, else adaptive-spin
 *		a spin lock		spin-spin
 *		a readers/writer lock	rw-block: rwsem, rwlock and per-CPU rwsem
 *
 * arg0 is the lock, arg1 for how long, in ns: of adaptive-block from when the thread gave up spinning. rw-block has in arg2 what it waited
 * for, RW_READER or RW_WRITER (dlib/lockstat.d), in arg3 whether a writer held the lock when it began to wait, in arg4 how many readers did.
 * A thread can wait for several locks, one within another. Locks that are taken at once make no event, nor does their release.
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"

enum { HELPER_KTIME = 5, HELPER_PROBE_READ_KERNEL = 113, HELPER_TASK = 35 };
enum { LOCK, FLAGS, RESULT = 1 };					 /* parameters */
enum { SPIN = 1, READ = 2, WRITE = 4, RT = 8, PERCPU = 16, MUTEX = 32 }; /* flags */

/* What is remembered of a wait. */
enum { SINCE = 0, ASLEEP = 8, HOW = 16, WRITER = 24, READERS = 32, WAIT_BYTES = 40 };
enum { KEY_THREAD = 0, KEY_LOCK = 8, KEY_BYTES = 16, WAITS_MAX = 16384 };

/* Places in env->cache. */
enum { AT_SINCE, AT_ASLEEP, AT_HOW, AT_WRITER, AT_READERS, AT_NOW };

/* The thread, as a number, and the lock. Idle threads are one a CPU, so interrupts there have a key, too. */
static int wait_key(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int key = ir_frame(f, KEY_BYTES, 8), at = ir_frame_addr(f, key, 0);
	ir_store(f, at, KEY_THREAD, 8, IRV_REG(ir_call(f, HELPER_TASK, 0, NULL)));
	ir_store(f, at, KEY_LOCK, 8, IRV_REG(stable_param(env, LOCK)));
	return key;
}

static int flags_of(struct emit_env *env)
{
	return ir_unary(env->f, IR_ZEXT, stable_param(env, FLAGS), 4);
}

/* Jumps to `to` when one of the bits is set. */
static void if_any(struct emit_env *env, int flags, int bits, int to)
{
	ir_br(env->f, IR_NE, ir_alu(env->f, IR_AND, flags, IRV_IMM(bits)), IRV_IMM(0), to);
}

/* The lock's count, as far as it is to be read: 0 where it is not. */
static int lock_count(struct emit_env *env, unsigned bytes)
{
	struct ir_func *f = env->f;
	int at = ir_frame(f, 8, 8);
	ir_store(f, ir_frame_addr(f, at, 0), 0, 8, IRV_IMM(0));
	int p = ir_frame_addr(f, at, 0), lock = stable_param(env, LOCK);
	ir_call(f, HELPER_PROBE_READ_KERNEL,
		IR_CALL_ARGS(IRV_REG(p), IRV_IMM(bytes), IRV_REG(lock)));
	return ir_load(f, ir_frame_addr(f, at, 0), 0, 8);
}

static void store_holders(struct emit_env *env, int at, int writer, int readers)
{
	ir_store(env->f, at, WRITER, 8, IRV_REG(writer));
	ir_store(env->f, at, READERS, 8, IRV_REG(readers));
}

/* Who holds a readers/writer lock, from its count, the first member of either kind: of a rwsem bit 0 is the writer and readers are counted
 * from bit 8 on; of a rwlock the low byte is the writer and readers are counted from bit 9 on. A per-CPU rwsem makes readers wait for writers only. */
static void note_holders(struct emit_env *env, int at, int flags)
{
	enum { RWSEM_BYTES = 8, RWLOCK_BYTES = 4, RWSEM_SHIFT = 8, RWLOCK_SHIFT = 9 };
	struct ir_func *f = env->f;
	int spins = ir_label(f), percpu = ir_label(f), known = ir_label(f), rw = ir_label(f);
	if_any(env, flags, READ | WRITE, rw);
	ir_jmp(f, known);
	ir_place(f, rw);
	if_any(env, flags, RT, known);
	if_any(env, flags, PERCPU, percpu);
	if_any(env, flags, SPIN, spins);
	int count = lock_count(env, RWSEM_BYTES);
	store_holders(
	    env, at, ir_alu(f, IR_AND, count, IRV_IMM(1)),
	    ir_alu(f, IR_SHR, ir_alu(f, IR_SHL, count, IRV_IMM(1)), IRV_IMM(RWSEM_SHIFT + 1)));
	ir_jmp(f, known);
	ir_place(f, spins);
	count = lock_count(env, RWLOCK_BYTES);
	store_holders(env, at,
		      ir_set(f, IR_NE, ir_alu(f, IR_AND, count, IRV_IMM(0xff)), IRV_IMM(0)),
		      ir_alu(f, IR_SHR, count, IRV_IMM(RWLOCK_SHIFT)));
	ir_jmp(f, known);
	ir_place(f, percpu);
	store_holders(env, at,
		      ir_set(f, IR_NE, ir_alu(f, IR_AND, flags, IRV_IMM(READ)), IRV_IMM(0)),
		      ir_imm(f, 0));
	ir_place(f, known);
}

/* A wait that goes on: a mutex begins again when its waiter changes between spinning and sleeping. */
static void wait_again(struct emit_env *env, int wait, int flags, int afresh)
{
	struct ir_func *f = env->f;
	int mutex = ir_label(f);
	if_any(env, flags, MUTEX, mutex);
	ir_jmp(f, afresh);
	ir_place(f, mutex);
	if_any(env, flags, SPIN, env->fail);
	ir_br(f, IR_NE, ir_load(f, wait, ASLEEP, 8), IRV_IMM(0), env->fail);
	ir_store(f, wait, ASLEEP, 8, IRV_REG(ir_call(f, HELPER_KTIME, 0, NULL)));
	ir_jmp(f, env->fail);
}

static void emit_begin_wait(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int key = wait_key(env), afresh = ir_label(f), remember = ir_label(f);
	int flags = flags_of(env), wait = stable_recall(env, key);
	ir_br(f, IR_EQ, wait, IRV_IMM(0), afresh);
	wait_again(env, wait, flags, afresh);
	ir_place(f, afresh);
	int value = ir_frame(f, WAIT_BYTES, 8), now = ir_call(f, HELPER_KTIME, 0, NULL);
	int at = ir_frame_addr(f, value, 0);
	ir_store(f, at, SINCE, 8, IRV_REG(now));
	ir_store(f, at, HOW, 8, IRV_REG(flags));
	ir_store(f, at, ASLEEP, 8, IRV_IMM(0));
	ir_store(f, at, WRITER, 8, IRV_IMM(0));
	ir_store(f, at, READERS, 8, IRV_IMM(0));
	note_holders(env, at, flags);
	if_any(env, flags, SPIN, remember);
	ir_store(f, at, ASLEEP, 8, IRV_REG(now));
	ir_place(f, remember);
	stable_remember(env, key, value);
}

static const struct probe_companion companions[] = {
    {"lock_wait", "contention_begin", emit_begin_wait}};
static const struct probe_memory waits = {"lock_waits", KEY_BYTES, WAIT_BYTES,	   WAITS_MAX,
					  companions,	1,	   .guarded = true};

/* ---- the end of a wait ---- */

static void begin_end(struct emit_env *env)
{
	static const int offsets[] = {SINCE, ASLEEP, HOW, WRITER, READERS};
	struct ir_func *f = env->f;
	int key = wait_key(env), wait = stable_recall(env, key);
	ir_br(f, IR_EQ, wait, IRV_IMM(0), env->fail);
	for (int i = AT_SINCE; i <= AT_READERS; i++)
		env->cache[i] = ir_load(f, wait, offsets[i], 8);
	env->cache[AT_NOW] = ir_call(f, HELPER_KTIME, 0, NULL);
	stable_forget(env, key);
	int result = ir_unary(f, IR_ZEXT, stable_param(env, RESULT), 4);
	ir_br(f, IR_NE, result, IRV_IMM(0), env->fail); /* it was given up */
}

/* Goes on for locks of the kind: any of the bits, none of the others. */
static void kind(struct emit_env *env, int any, int none)
{
	struct ir_func *f = env->f;
	if_any(env, env->cache[AT_HOW], none, env->fail);
	int some = ir_alu(f, IR_AND, env->cache[AT_HOW], IRV_IMM(any));
	ir_br(f, IR_EQ, some, IRV_IMM(0), env->fail);
}

static void enter_block(struct emit_env *env)
{
	kind(env, MUTEX | RT, READ | WRITE);
	ir_br(env->f, IR_EQ, env->cache[AT_ASLEEP], IRV_IMM(0), env->fail);
}

static void enter_spin(struct emit_env *env)
{
	kind(env, MUTEX | RT, READ | WRITE);
	ir_br(env->f, IR_NE, env->cache[AT_ASLEEP], IRV_IMM(0), env->fail);
}

static void enter_spin_spin(struct emit_env *env)
{
	kind(env, SPIN, MUTEX | READ | WRITE | RT);
}

static void enter_rw(struct emit_env *env)
{
	kind(env, READ | WRITE, 0);
}

static int asleep_for(struct emit_env *env)
{
	return ir_alu(env->f, IR_SUB, env->cache[AT_NOW], IRV_REG(env->cache[AT_ASLEEP]));
}

static int waited_for(struct emit_env *env)
{
	return ir_alu(env->f, IR_SUB, env->cache[AT_NOW], IRV_REG(env->cache[AT_SINCE]));
}

/* RW_WRITER 0, RW_READER 1. */
static int wanted(struct emit_env *env)
{
	int reader = ir_alu(env->f, IR_AND, env->cache[AT_HOW], IRV_IMM(READ));
	return ir_set(env->f, IR_NE, reader, IRV_IMM(0));
}

static int writer(struct emit_env *env)
{
	return ir_copy(env->f, env->cache[AT_WRITER]);
}

static int readers(struct emit_env *env)
{
	return ir_copy(env->f, env->cache[AT_READERS]);
}

#define LOCK_ARG                                                                                   \
	{                                                                                          \
		.type = "void *", .name = "lock", .param = LOCK                                    \
	}

static const struct stable_arg block_args[] = {
    LOCK_ARG, {.type = "uint64_t", .name = "ns", .emit = asleep_for}};
static const struct stable_arg spin_args[] = {
    LOCK_ARG, {.type = "uint64_t", .name = "ns", .emit = waited_for}};
static const struct stable_arg rw_args[] = {
    LOCK_ARG,
    {.type = "uint64_t", .name = "ns", .emit = waited_for},
    {.type = "int", .name = "wanted", .emit = wanted},
    {.type = "int", .name = "writer", .emit = writer},
    {.type = "int", .name = "readers", .emit = readers},
};

#define WAIT(name, enter, args, nargs)                                                             \
	{                                                                                          \
		name, "contention_end", enter, args, nargs, .memory = &waits, .begin = begin_end   \
	}
#define AT_ONCE "Linux has no event for a lock that is taken without waiting, nor for its release"

static const struct stable_probe probes[] = {
    WAIT("adaptive-block", enter_block, block_args, 2),
    WAIT("adaptive-spin", enter_spin, spin_args, 2),
    WAIT("spin-spin", enter_spin_spin, spin_args, 2),
    WAIT("rw-block", enter_rw, rw_args, 5),
    {"adaptive-acquire", NULL, .why_not = AT_ONCE},
    {"adaptive-release", NULL, .why_not = AT_ONCE},
    {"spin-acquire", NULL, .why_not = AT_ONCE},
    {"spin-release", NULL, .why_not = AT_ONCE},
    {"rw-acquire", NULL, .why_not = AT_ONCE},
    {"rw-release", NULL, .why_not = AT_ONCE},
    {"rw-upgrade", NULL, .why_not = "locks of Linux cannot be upgraded"},
    {"rw-downgrade", NULL, .why_not = "Linux has no event for it"},
    {"thread-spin", NULL,
     .why_not = "Linux has no locks of threads: run queues have spin locks, see spin-spin"},
};

void provider_lockstat_add(struct registry *r)
{
	static const struct stable_provider table = {"lockstat", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
