/*
 * io.c - provider io: block device input and output
 *
 *	block_io_start(request)				start	in the thread that hands the request over
 *	block_rq_complete(request, status, bytes)	done	in whatever thread the interrupt found; about the one of start
 *
 *	sched_switch(preempt, prev, next, state)	wait-start	prev goes to sleep for a request
 *							wait-done	next, which slept for one, goes on
 *
 * args[0] bufinfo_t, args[1] devinfo_t, args[2] fileinfo_t, all translated from the request. What the translators (dlib/io.d) need beside it is found
 * here, when one of them is used, since it takes many steps:
 *
 *	arg3	done: the block layer's status + 256	arg4	B_PAGEIO when the data is the page cache's, B_PHYS when a process's own
 *	arg5	number of the device			arg6	struct block_device that it was handed to: a partition, or the disk
 *	arg7	struct inode of the file, 0: none	arg8	struct dentry of it, 0: none		arg9	where in the file it begins
 *
 * Kernels without block_io_start fire start at block_rq_issue.
 *
 * What is counted is what /proc/diskstats counts: requests of file systems and of processes, each once. Commands that drivers and programs send through
 * (SG_IO and the like) are not, nor is the flush that the kernel makes out of a request with a barrier. A request that is done in parts is done with
 * the last one. One that has data and a flush behind it ends twice; it is done when the data is there.
 *
 * Cached writes are handed over by a kernel thread. pid and execname are that thread's then, but cgroupid is that of the control group whose
 * pages they are, where the kernel keeps account of that (cgroup v2 with io and memory).
 */
#include "dtrace/provider/providers.h"
#include "dtrace/provider/stable.h"
#include "dtrace/types/btf.h"

enum { REQUEST, STATUS, BYTES };
enum { OP_MASK = 0xff };

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
static void enter_start(struct emit_env *env)
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

static int done_bytes(struct emit_env *env)
{
	return ir_unary(env->f, IR_ZEXT, stable_param(env, BYTES), 4);
}

static void enter_done(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int fires = ir_label(f), left = field(env, "__data_len");
	enter_start(env);
	ir_br(f, IR_ULT, done_bytes(env), IRV_REG(left), env->fail);
	ir_br(f, IR_NE, left, IRV_IMM(0), fires);
	ir_br(f, IR_NE, field(env, "nr_phys_segments"), IRV_IMM(0), env->fail);
	ir_place(f, fires);
}

static int status(struct emit_env *env)
{
	int code = ir_unary(env->f, IR_ZEXT, stable_param(env, STATUS), 1);
	return ir_alu(env->f, IR_OR, code, IRV_IMM(256));
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
 * Pages of one folio lead to its first; its mapping to the inode, and one of the inode's directory entries is the file's name. A mapping with one
 * of its low bits set is none: anonymous memory, of a direct request. That of a block device holds what belongs to no file. */

enum { HELPER_READ_KERNEL = 113, PAGE_SHIFT_BITS = 12, LOW_BITS = 3 };
enum { FILE_TYPE = 0170000, BLOCK_DEVICE = 0060000, PAGEIO = 0x10, PHYS = 0x20 };

static int data_folio(struct emit_env *env, int out)
{
	struct ir_func *f = env->f;
	int first = ir_label(f);
	int vec = stable_field(env, field(env, "bio"), "bio", "bi_io_vec", false);
	int page = ir_copy(f, stable_read(env, vec, "bio_vec", "bv_page", out));
	ir_br(f, IR_EQ, page, IRV_IMM(0), out);
	int head = stable_read(env, page, "page", "compound_head", out);
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, head, IRV_IMM(1)), IRV_IMM(0), first);
	ir_mov(f, page, IRV_REG(ir_alu(f, IR_SUB, head, IRV_IMM(1))));
	ir_place(f, first);
	return page;
}

static int data_mapping(struct emit_env *env, int folio, int out)
{
	struct ir_func *f = env->f;
	int mapping = stable_read(env, folio, "folio", "mapping", out);
	ir_br(f, IR_EQ, mapping, IRV_IMM(0), out);
	ir_br(f, IR_NE, ir_alu(f, IR_AND, mapping, IRV_IMM(LOW_BITS)), IRV_IMM(0), out);
	return mapping;
}

static int data_inode(struct emit_env *env, int folio, int out)
{
	struct ir_func *f = env->f;
	int host = stable_read(env, data_mapping(env, folio, out), "address_space", "host", out);
	ir_br(f, IR_EQ, host, IRV_IMM(0), out);
	int mode = stable_read(env, host, "inode", "i_mode", out);
	ir_br(f, IR_EQ, ir_alu(f, IR_AND, mode, IRV_IMM(FILE_TYPE)), IRV_IMM(BLOCK_DEVICE), out);
	return host;
}

static int data_class(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), direct = ir_label(f), done = ir_label(f);
	int folio = data_folio(env, done);
	data_mapping(env, folio, direct);
	ir_mov(f, r, IRV_IMM(PAGEIO));
	ir_jmp(f, done);
	ir_place(f, direct);
	ir_mov(f, r, IRV_IMM(PHYS));
	ir_place(f, done);
	return r;
}

static int file_inode(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), out = ir_label(f);
	ir_mov(f, r, IRV_REG(data_inode(env, data_folio(env, out), out)));
	ir_place(f, out);
	return r;
}

static int file_dentry(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), out = ir_label(f);
	uint32_t bits = 0, size;
	int inode = data_inode(env, data_folio(env, out), out);
	int alias = stable_read(env, inode, "inode", "i_dentry", out);
	ir_br(f, IR_EQ, alias, IRV_IMM(0), out);
	if (env->btf && btf_member(env->btf, "dentry", "d_u", &bits, &size, NULL))
		ir_mov(f, r, IRV_REG(ir_alu(f, IR_SUB, alias, IRV_IMM(bits / 8))));
	ir_place(f, out);
	return r;
}

static int file_offset(struct emit_env *env)
{
	struct ir_func *f = env->f;
	int r = ir_imm(f, 0), out = ir_label(f);
	int folio = data_folio(env, out);
	data_inode(env, folio, out);
	int index = stable_read(env, folio, "folio", "index", out);
	ir_mov(f, r, IRV_REG(ir_alu(f, IR_SHL, index, IRV_IMM(PAGE_SHIFT_BITS))));
	ir_place(f, out);
	return r;
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

enum { KEY_BYTES = 8, SLOTS = 4096, SWITCH_PREV = 1, SWITCH_NEXT, SWITCH_STATE };

/* What is kept: as much of the request as the translators read of it, and what was found out about it. */
enum {
	WAIT_THREAD = 0,
	WAIT_CLASS = 8,
	WAIT_NUMBER = 16,
	WAIT_DEVICE = 24,
	WAIT_INODE = 32,
	WAIT_DENTRY = 40,
	WAIT_OFFSET = 48,
	WAIT_REQUEST = 56,
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
	enum { HELPER_PID_TGID = 14 };
	int thread = ir_call(f, HELPER_PID_TGID, 0, NULL), value = ir_frame(f, WAIT_SIZE, 8);
	ir_store(f, ir_frame_addr(f, value, 0), WAIT_THREAD, 8, IRV_REG(thread));
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

static const struct probe_companion beginners[] = {{"io_begun", "block_rq_issue", emit_begun}};
static const struct probe_memory begun = {"io_begun", KEY_BYTES, WAIT_SIZE, SLOTS,
					  beginners,  1,	 0x3f7};

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
     .fallback = "block_rq_issue"},
    {"done", "block_rq_complete", enter_done, done_args, 3, .nraw = NRAW, .context = CONTEXT_OWNER,
     .begins = {"block_io_start", "block_rq_issue"}},
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
