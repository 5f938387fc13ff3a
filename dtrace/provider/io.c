/*
 * io.c - provider io: block device input and output
 *
 *	block_io_start(request)				start	in the thread that hands the request over
 *	block_rq_complete(request, status, bytes)	done	in whatever thread the interrupt found; about the one of start
 *
 * args[0] bufinfo_t, args[1] devinfo_t, args[2] fileinfo_t, all translated from the request (dlib/io.d), which has none of what is known only
 * when it is done: arg3 is the block layer's status, arg4 the bytes that were transferred. Kernels without block_io_start fire start at
 * block_rq_issue.
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
	return ir_unary(env->f, IR_ZEXT, stable_param(env, STATUS), 1);
}

static const struct stable_arg request_args[] = {
    {.type = "struct request *", .xtype = "bufinfo_t *", .param = REQUEST},
    {.type = "struct request *", .xtype = "devinfo_t *", .param = REQUEST},
    {.type = "struct request *", .xtype = "fileinfo_t *", .param = REQUEST},
    /* not among args[]: what the translators need of the end */
    {.emit = status},
    {.emit = done_bytes},
};

#define NO_WAIT "Linux has no event at both ends of a wait for a block; see sched:::off-cpu"

static const struct stable_probe probes[] = {
    {"start", "block_io_start", enter_start, request_args, 3, .fallback = "block_rq_issue"},
    {"done", "block_rq_complete", enter_done, request_args, 3, .nraw = 5, .context = CONTEXT_OWNER,
     .begins = {"block_io_start", "block_rq_issue"}},
    {"wait-start", NULL, .why_not = NO_WAIT},
    {"wait-done", NULL, .why_not = NO_WAIT},
};

void provider_io_add(struct registry *r)
{
	static const struct stable_provider table = {"io", probes,
						     sizeof(probes) / sizeof(probes[0])};
	provider_stable_add(r, &table);
}
