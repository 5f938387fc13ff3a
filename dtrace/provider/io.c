/*
 * io.c - provider io: block device input and output
 *
 *	block_rq_issue(request)				start	a request is handed to its driver: no more is merged into it
 *	block_io_start(request)					one without data, a flush, which no driver gets to see; and in programs that
 *								look inside (stack(), copyin()) every request, where it is made
 *	block_rq_complete(request, status, bytes)	done	in whatever thread the interrupt found
 *
 * Both are about the thread that made the request, which is not always the one that hands it over (kblockd, whoever runs the queue).
 *
 *	sched_switch(preempt, prev, next, state)	wait-start	prev goes to sleep for a request
 *							wait-done	next, which slept for one, goes on
 *
 * args[0] bufinfo_t, args[1] devinfo_t, args[2] fileinfo_t, all translated from the request. What the translators (dlib/io.d) need beside it is found
 * here, when one of them is used, since it takes many steps:
 *
 *	arg3	done: the block layer's status + 256, + 512 times the bytes done in earlier parts
 *	arg4	B_PAGEIO when the data is the page cache's, B_PHYS when a process's own
 *	arg5	number of the device			arg6	struct block_device that it was handed to: a partition, or the disk
 *	arg7	struct inode of the file, 0: none	arg8	struct dentry of it, 0: none		arg9	where in the file it begins
 *
 * Kernels without block_io_start have the thread that hands a request over for the one that made it, and no start of flushes. Where the kernel
 * keeps no pointers to threads (FEAT_TASK_KPTR), start is where requests are made.
 *
 * A driver that has no room gives a request back, and it is handed over again: that is remembered, it starts once. What ends without ever having been
 * handed over is not done.
 *
 * What is counted is what /proc/diskstats counts: requests of file systems and of processes, each once. Commands that drivers and programs send through
 * (SG_IO and the like) are not, nor is the flush that the kernel makes out of a request with a barrier. A request that is done in parts is done with
 * the last one. One that has data and a flush behind it ends twice; it is done when the data is there.
 *
 * Cached writes are handed over by a kernel thread. pid and execname are that thread's then, but cgroupid is that of the control group whose
 * pages they are, where the kernel keeps account of that (cgroup v2 with io and memory).
 */
#include "dtrace/kern/features.h"
#include "dtrace/provider/bio.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

enum { REQUEST, STATUS, BYTES };
enum { OP_MASK = 0xff, KEY_BYTES = 8 };

static int64_t enumerator(struct emit_env *env, const char *name, int64_t otherwise)
{
	int64_t v;
	return env->btf && btf_find_enumerator(env->btf, name, &v) ? v : otherwise;
}

static int field(struct emit_env *env, const char *name)
{
	return stable_field(env, stable_param(env, REQUEST), "request", name, false);
}

/* The group that the request's pages are charged to. */
static int charged_group(struct emit_env *env)
{
	int bio = field(env, "bio");
	int group = stable_field(env, bio, "bio", "bi_blkg", false);
	int blkcg = stable_field(env, group, "blkcg_gq", "blkcg", false);
	return stable_field(env, blkcg, "blkcg", "css.cgroup", false);
}

/* Leaves when the request is none of those that are counted. */
static void enter_counted(struct emit_env *env)
{
	static const struct {
		const char *name;
		int64_t value;
	} passed[] = {{"REQ_OP_DRV_IN", 34}, {"REQ_OP_DRV_OUT", 35}, {"REQ_OP_FLUSH", 2}};
	int op = ir_alu(env->f, IR_AND, field(env, "cmd_flags"), IRV_IMM(OP_MASK));
	for (unsigned i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		ir_br(env->f, IR_EQ, op, IRV_IMM(enumerator(env, passed[i].name, passed[i].value)),
		      env->fail);
	env->charged = charged_group;
}

/* ---- requests that are handed over again ----
 *
 * A request that its driver has given back is known by its address, and by the time at which it was made: addresses are used again. */

static int request_key(struct emit_env *env)
{
	if (!env->frame[1])
		env->frame[1] = ir_frame(env->f, KEY_BYTES, 8) + 1;
	int key = env->frame[1] - 1;
	ir_store(env->f, ir_frame_addr(env->f, key, 0), 0, 8, IRV_REG(stable_param(env, REQUEST)));
	return key;
}

/* A driver may give back what it has not begun with: that is handed over for the first time then. */
static void emit_given_back(struct emit_env *env)
{
	int made = ir_frame(env->f, 8, 8);
	ir_br(env->f, IR_EQ, field(env, "state"), IRV_IMM(0), env->fail);
	ir_store(env->f, ir_frame_addr(env->f, made, 0), 0, 8,
		 IRV_REG(field(env, "start_time_ns")));
	stable_remember(env, request_key(env), made);
}

static const struct probe_companion givers[] = {
    {.name = "io_given_back", .tracepoint = "block_rq_requeue", .emit = emit_given_back}};
static const struct probe_memory given_back = {"io_given_back", KEY_BYTES, 8, 16384, givers, 1};

static void enter_handed_over(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int first = ir_label(f), key = request_key(env), known = stable_recall(env, key);
	ir_br(f, IR_EQ, known, IRV_IMM(0), first);
	int made = ir_load(f, known, 0, 8);
	stable_forget(env, key);
	ir_br(f, IR_EQ, made, IRV_REG(field(env, "start_time_ns")), env->fail);
	ir_place(f, first);
}

/* ---- conditions ---- */

static bool tells_made(const struct emit_env *env)
{
	return env->btf && btf_find_trace(env->btf, "block_io_start");
}

static void enter_start(struct emit_env *env)
{
	bool made = env->source == 0 && tells_made(env);
	bool knows = !env->features || feature_has(env->features, FEAT_TASK_KPTR);
	enter_counted(env);
	if (!made) {
		enter_handed_over(env);
	} else if (!env->looks_inside && knows) {
		int64_t flush = 1LL << enumerator(env, "__REQ_PREFLUSH", 18);
		ir_br(env->f, IR_NE, field(env, "__data_len"), IRV_IMM(0), env->fail);
		int asked = ir_alu(env->f, IR_AND, field(env, "cmd_flags"), IRV_IMM(flush));
		ir_br(env->f, IR_EQ, asked, IRV_IMM(0), env->fail);
	}
}

static int done_bytes(struct emit_env *env)
{
	return ir_unary(env->f, IR_ZEXT, stable_param(env, BYTES), 4);
}

/* ---- requests that are done in parts ----
 *
 * Only what is left is in the request when the last part is done, so the others are added up: from the time at which it was made, to know it by, and the
 * bytes that are done. */

enum { PART_MADE = 0, PART_BYTES = 8, PART_SIZE = 16, PART_SHIFT = 9 };
static const struct probe_memory in_parts = {.name = "io_parts",
					     .key_bytes = KEY_BYTES,
					     .value_bytes = PART_SIZE,
					     .entries = 16384,
					     .args = 1 << 3};

/* Bytes of the request that were done before, 0 mostly. */
static int done_before(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int none = ir_label(f), r = ir_imm(f, 0), known = stable_recall(env, request_key(env));
	ir_br(f, IR_EQ, known, IRV_IMM(0), none);
	ir_br(f, IR_NE, ir_load(f, known, PART_MADE, 8), IRV_REG(field(env, "start_time_ns")),
	      none);
	ir_mov(f, r, IRV_REG(ir_load(f, known, PART_BYTES, 8)));
	ir_place(f, none);
	return r;
}

static void note_part(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int part = ir_frame(f, PART_SIZE, 8);
	int bytes = ir_alu(f, IR_ADD, done_before(env), IRV_REG(done_bytes(env)));
	ir_store(f, ir_frame_addr(f, part, 0), PART_BYTES, 8, IRV_REG(bytes));
	ir_store(f, ir_frame_addr(f, part, 0), PART_MADE, 8, IRV_REG(field(env, "start_time_ns")));
	stable_remember(env, request_key(env), part);
}

static void enter_done(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int fires = ir_label(f), empty = ir_label(f), last = ir_label(f);
	int left = field(env, "__data_len");
	enter_counted(env);
	ir_br(f, IR_UGE, done_bytes(env), IRV_REG(left), last);
	if (env->memory >= 0)
		note_part(env);
	ir_jmp(f, env->fail);
	ir_place(f, last);
	ir_br(f, IR_EQ, left, IRV_IMM(0), empty);
	ir_br(f, IR_EQ, field(env, "state"), IRV_IMM(0), env->fail);
	ir_jmp(f, fires);
	ir_place(f, empty);
	ir_br(f, IR_NE, field(env, "nr_phys_segments"), IRV_IMM(0), env->fail);
	ir_place(f, fires);
}

static int status(struct emit_env *env)
{
	int code = ir_unary(env->f, IR_ZEXT, stable_param(env, STATUS), 1);
	int done = ir_alu(env->f, IR_OR, code, IRV_IMM(256));
	int before = ir_alu(env->f, IR_SHL, done_before(env), IRV_IMM(PART_SHIFT));
	return ir_alu(env->f, IR_OR, done, IRV_REG(before));
}

static int nothing(struct emit_env *env)
{
	return ir_imm(env->f, 0);
}

/* ---- device ---- */

static int device(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int known = ir_label(f);
	int r = ir_copy(f, stable_field(env, field(env, "bio"), "bio", "bi_bdev", false));
	ir_br(f, IR_NE, r, IRV_IMM(0), known);
	int disk = stable_field(env, field(env, "q"), "request_queue", "disk", false);
	ir_mov(f, r, IRV_REG(stable_field(env, disk, "gendisk", "part0", false)));
	ir_place(f, known);
	return r;
}

static int device_number(struct emit_env *env)
{
	return stable_field(env, device(env), "block_device", "bd_dev", false);
}

/* ---- file ----
 *
 * What goes past the page cache leads to the call's own structure, and that to the open file; that it is one is told by the file's device, which is to be
 * the request's. Otherwise the pages lead to the inode (bio.h), and one of its directory entries is the file's name. */

enum { HELPER_READ_KERNEL = 113, PAGE_SHIFT_BITS = 12 };
enum { PAGEIO = 0x10, PHYS = 0x20 };

/* The struct kiocb of a call that goes past the page cache. */
static int direct_call(struct emit_env *env, int out)
{
	struct ir_func *f = env->f;
	int bio = field(env, "bio");
	int mine = stable_field(env, bio, "bio", "bi_bdev", false);
	int call = stable_field(env, bio, "bio", "bi_private", false);
	ir_br(f, IR_EQ, mine, IRV_IMM(0), out);
	int iocb = stable_read(env, call, "iomap_dio", "iocb", out);
	int file = stable_read(env, iocb, "kiocb", "ki_filp", out);
	int inode = stable_read(env, file, "file", "f_inode", out);
	int fs = stable_read(env, inode, "inode", "i_sb", out);
	int device = stable_read(env, fs, "super_block", "s_bdev", out);
	ir_br(f, IR_NE, device, IRV_REG(mine), out);
	return iocb;
}

/* What is found out about a request in one of two ways, 0 in neither. */
static int either(struct emit_env *env, int (*direct)(struct emit_env *env, int iocb, int out),
		  int (*cached)(struct emit_env *env, int folio, int out))
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), cache = ir_label(f), out = ir_label(f);
	ir_mov(f, r, IRV_REG(direct(env, direct_call(env, cache), out)));
	ir_jmp(f, out);
	ir_place(f, cache);
	ir_mov(f, r, IRV_REG(cached(env, bio_folio(env, field(env, "bio"), out), out)));
	ir_place(f, out);
	return r;
}

static int direct_class(struct emit_env *env, int iocb, int out)
{
	(void)iocb, (void)out;
	return ir_imm(env->f, PHYS);
}

static int cached_class(struct emit_env *env, int folio, int out)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, PHYS), own = ir_label(f);
	(void)out;
	bio_mapping(env, folio, own);
	ir_mov(f, r, IRV_IMM(PAGEIO));
	ir_place(f, own);
	return r;
}

static int data_class(struct emit_env *env)
{
	return either(env, direct_class, cached_class);
}

static int direct_inode(struct emit_env *env, int iocb, int out)
{
	return stable_read(env, stable_read(env, iocb, "kiocb", "ki_filp", out), "file", "f_inode",
			   out);
}

static int file_inode(struct emit_env *env)
{
	return either(env, direct_inode, bio_inode);
}

static int direct_dentry(struct emit_env *env, int iocb, int out)
{
	return stable_read(env, stable_read(env, iocb, "kiocb", "ki_filp", out), "file",
			   "f_path.dentry", out);
}

static int cached_dentry(struct emit_env *env, int folio, int out)
{
	uint32_t bits = 0, size;
	int alias = stable_read(env, bio_inode(env, folio, out), "inode", "i_dentry", out);
	ir_br(env->f, IR_EQ, alias, IRV_IMM(0), out);
	if (!env->btf || !btf_member(env->btf, "dentry", "d_u", &bits, &size, NULL))
		return ir_imm(env->f, 0);
	return ir_alu(env->f, IR_SUB, alias, IRV_IMM(bits / 8));
}

static int file_dentry(struct emit_env *env)
{
	return either(env, direct_dentry, cached_dentry);
}

/* Of a direct call: where the call begins. */
static int direct_offset(struct emit_env *env, int iocb, int out)
{
	return stable_read(env, iocb, "kiocb", "ki_pos", out);
}

static int cached_offset(struct emit_env *env, int folio, int out)
{
	bio_inode(env, folio, out);
	int index = stable_read(env, folio, "folio", "index", out);
	return ir_alu(env->f, IR_SHL, index, IRV_IMM(PAGE_SHIFT_BITS));
}

static int file_offset(struct emit_env *env)
{
	return either(env, direct_offset, cached_offset);
}

#define REQUEST_ARGS                                                                               \
	{.type = "struct request *", .xtype = "bufinfo_t *", .param = REQUEST},                    \
	    {.type = "struct request *", .xtype = "devinfo_t *", .param = REQUEST},                \
	{                                                                                          \
		.type = "struct request *", .xtype = "fileinfo_t *", .param = REQUEST              \
	}
#define FOUND_ARGS                                                                                 \
	{.emit = device_number}, {.emit = device}, {.emit = file_inode}, {.emit = file_dentry},    \
	{                                                                                          \
		.emit = file_offset                                                                \
	}

static const struct stable_arg start_args[] = {
    REQUEST_ARGS, {.emit = nothing}, {.emit = data_class}, FOUND_ARGS};
static const struct stable_arg done_args[] = {
    REQUEST_ARGS, {.emit = status}, {.emit = data_class}, FOUND_ARGS};
enum { NRAW = sizeof(done_args) / sizeof(done_args[0]) };

/* ---- waits ----
 *
 * A thread that goes to sleep for a request says so in its task (in_iowait), but not for which. It is taken for the one that it has begun last: what is
 * known of that is kept for the thread, for when it wakes the request is another's already. Threads share a few slots; one that has lost its slot, or waits
 * for what another thread has begun, waits for nothing that is known. */

enum { HELPER_PID_TGID = 14, SLOTS = 4096, SWITCH_PREV = 1, SWITCH_NEXT, SWITCH_STATE };

/* What is kept: as much of the request as the translators read of it, and what was found out about it. */
enum {
	WAIT_THREAD = 0,
	WAIT_CLASS = 8,
	WAIT_NUMBER = 16,
	WAIT_DEVICE = 24,
	WAIT_INODE = 32,
	WAIT_DENTRY = 40,
	WAIT_OFFSET = 48,
	WAIT_ADDRESS = 56,
	WAIT_REQUEST = 64,
	REQUEST_BYTES = 64,
	WAIT_SIZE = WAIT_REQUEST + REQUEST_BYTES
};

static int thread_id(struct emit_env *env, int task)
{
	int tgid = stable_field(env, task, "task_struct", "tgid", false);
	int pid = stable_field(env, task, "task_struct", "pid", false);
	return ir_alu(env->f, IR_OR, ir_alu(env->f, IR_SHL, tgid, IRV_IMM(32)), IRV_REG(pid));
}

/* Frame object with the key of a thread's slot. */
static int thread_slot(struct emit_env *env, int thread)
{
	struct ir_func *f = env->f;
	if (!env->frame[1])
		env->frame[1] = ir_frame(f, KEY_BYTES, 8) + 1;
	int key = env->frame[1] - 1;
	ir_store(f, ir_frame_addr(f, key, 0), 0, 8,
		 IRV_REG(ir_alu(f, IR_AND, thread, IRV_IMM(SLOTS - 1))));
	return key;
}

static void emit_begun(struct emit_env *env)
{
	static const struct {
		int offset;
		int (*emit)(struct emit_env *env);
	} found[] = {{WAIT_CLASS, data_class},	 {WAIT_NUMBER, device_number},
		     {WAIT_DEVICE, device},	 {WAIT_INODE, file_inode},
		     {WAIT_DENTRY, file_dentry}, {WAIT_OFFSET, file_offset}};
	struct ir_func *f = env->f;
	int thread = ir_call(f, HELPER_PID_TGID, 0, NULL), value = ir_frame(f, WAIT_SIZE, 8);
	ir_store(f, ir_frame_addr(f, value, 0), WAIT_THREAD, 8, IRV_REG(thread));
	ir_store(f, ir_frame_addr(f, value, 0), WAIT_ADDRESS, 8,
		 IRV_REG(stable_param(env, REQUEST)));
	for (int at = WAIT_REQUEST; at < WAIT_SIZE; at += 8)
		ir_store(f, ir_frame_addr(f, value, 0), at, 8, IRV_IMM(0));
	ir_call(f, HELPER_READ_KERNEL,
		IR_CALL_ARGS(IRV_REG(ir_frame_addr(f, value, WAIT_REQUEST)), IRV_IMM(REQUEST_BYTES),
			     IRV_REG(stable_param(env, REQUEST))));
	for (unsigned i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		ir_store(f, ir_frame_addr(f, value, 0), found[i].offset, 8,
			 IRV_REG(found[i].emit(env)));
	stable_remember(env, thread_slot(env, thread), value);
}

/* Whoever runs a queue hands over what others have made, too. */
static void emit_issued(struct emit_env *env)
{
	struct ir_func *f = env->f;
	if (tells_made(env)) {
		int thread = ir_call(f, HELPER_PID_TGID, 0, NULL);
		int known = stable_recall(env, thread_slot(env, thread));
		ir_br(f, IR_EQ, known, IRV_IMM(0), env->fail);
		ir_br(f, IR_NE, ir_load(f, known, WAIT_THREAD, 8), IRV_REG(thread), env->fail);
		ir_br(f, IR_NE, ir_load(f, known, WAIT_ADDRESS, 8),
		      IRV_REG(stable_param(env, REQUEST)), env->fail);
	}
	emit_begun(env);
}

static const struct probe_companion beginners[] = {
    {.name = "io_begun", .tracepoint = "block_io_start", .emit = emit_begun, .optional = true},
    {.name = "io_issued", .tracepoint = "block_rq_issue", .emit = emit_issued}};
static const struct probe_memory begun = {"io_begun", KEY_BYTES, WAIT_SIZE, SLOTS,
					  beginners,  2,	 0x3f7};

static void waits_for_io(struct emit_env *env, int task)
{
	int waits = stable_bits(env, task, "task_struct", "in_iowait");
	ir_br(env->f, IR_EQ, waits, IRV_IMM(0), env->fail);
}

static void enter_wait_start(struct emit_env *env)
{
	int state = ir_unary(env->f, IR_ZEXT, stable_param(env, SWITCH_STATE), 4);
	ir_br(env->f, IR_EQ, state, IRV_IMM(0), env->fail);
	waits_for_io(env, stable_param(env, SWITCH_PREV));
}

static void enter_wait_done(struct emit_env *env)
{
	env->subject = stable_param(env, SWITCH_NEXT);
	waits_for_io(env, env->subject);
}

/* What is remembered of the thread's last request, 0: nothing. */
static int remembered(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int none = ir_label(f), r = ir_imm(f, 0);
	int task = env->subject < 0 ? stable_param(env, SWITCH_PREV) : env->subject;
	int thread = thread_id(env, task), known = stable_recall(env, thread_slot(env, thread));
	ir_br(f, IR_EQ, known, IRV_IMM(0), none);
	ir_br(f, IR_NE, ir_load(f, known, WAIT_THREAD, 8), IRV_REG(thread), none);
	ir_mov(f, r, IRV_REG(known));
	ir_place(f, none);
	return r;
}

/* The image of the request: one of zeroes when there is none. */
static int waited_for(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int none = ir_label(f), done = ir_label(f), r = ir_reg(f);
	if (!env->frame[2])
		env->frame[2] = ir_frame(f, REQUEST_BYTES, 8) + 1;
	int zeroes = env->frame[2] - 1, known = remembered(env);
	env->plain = true;
	ir_br(f, IR_EQ, known, IRV_IMM(0), none);
	ir_mov(f, r, IRV_REG(ir_alu(f, IR_ADD, known, IRV_IMM(WAIT_REQUEST))));
	ir_jmp(f, done);
	ir_place(f, none);
	for (int at = 0; at < REQUEST_BYTES; at += 8)
		ir_store(f, ir_frame_addr(f, zeroes, 0), at, 8, IRV_IMM(0));
	ir_mov(f, r, IRV_REG(ir_frame_addr(f, zeroes, 0)));
	ir_place(f, done);
	return r;
}

static int remembered_word(struct emit_env *env, int offset)
{
	struct ir_func *f = env->f;
	int none = ir_label(f), r = ir_imm(f, 0), known = remembered(env);
	ir_br(f, IR_EQ, known, IRV_IMM(0), none);
	ir_mov(f, r, IRV_REG(ir_load(f, known, offset, 8)));
	ir_place(f, none);
	return r;
}

#define REMEMBERED(what, offset)                                                                   \
	static int waited_##what(struct emit_env *env)                                             \
	{                                                                                          \
		return remembered_word(env, offset);                                               \
	}
REMEMBERED(class, WAIT_CLASS)
REMEMBERED(number, WAIT_NUMBER)
REMEMBERED(device, WAIT_DEVICE)
REMEMBERED(inode, WAIT_INODE)
REMEMBERED(dentry, WAIT_DENTRY)
REMEMBERED(offset, WAIT_OFFSET)

static const struct stable_arg wait_args[] = {
    {.type = "struct request *", .xtype = "bufinfo_t *", .emit = waited_for},
    {.type = "struct request *", .xtype = "devinfo_t *", .emit = waited_for},
    {.type = "struct request *", .xtype = "fileinfo_t *", .emit = waited_for},
    {.emit = nothing},
    {.emit = waited_class},
    {.emit = waited_number},
    {.emit = waited_device},
    {.emit = waited_inode},
    {.emit = waited_dentry},
    {.emit = waited_offset},
};

static const struct stable_probe probes[] = {
    {"start", "block_io_start", enter_start, start_args, 3, .nraw = NRAW,
     .fallback = "block_rq_issue", .more = {"block_rq_issue"}, .outside = true,
     .memory = &given_back, .context = CONTEXT_OWNER, .begins = {"block_io_start"}},
    {"done", "block_rq_complete", enter_done, done_args, 3, .nraw = NRAW, .context = CONTEXT_OWNER,
     .begins = {"block_io_start", "block_rq_issue"}, .memory = &in_parts},
    {"wait-start", "sched_switch", enter_wait_start, wait_args, 3, .nraw = NRAW, .memory = &begun},
    {"wait-done", "sched_switch", enter_wait_done, wait_args, 3, .nraw = NRAW, .memory = &begun,
     .context = CONTEXT_SUBJECT},
};

void provider_io_add(struct registry *r)
{
	static const struct stable_provider table = {"io", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
