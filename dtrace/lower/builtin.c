/*
 * builtin.c - built-in variables
 *
 * Those of the current thread are plain loads from its task_struct, at offsets from the kernel's
 * own BTF.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/types/btf.h"

#include <string.h>

/* ---- arguments ---- */

static struct val arg_value(struct lw *c, unsigned n)
{
	struct type *t = types_int(c->L->ts, 8, true);
	if (c->is_error_func) {
		/* arg1 epid, arg2 action, arg3 offset, arg4 fault, arg5 address */
		if (n > 0 && n < 6)
			return val_of(t, c->err_args[n - 1]);
		return val_const(t, 0);
	}
	if (n >= LW_ARGS_MAX)
		return val_const(t, 0);
	if (c->cache.args[n] < 0) {
		struct provider *p = c->site->prov;
		int r =
		    p->ops->emit_arg ? p->ops->emit_arg(p, &c->env, c->group->probes[0], n) : -1;
		if (r < 0)
			return val_const(t, 0);
		c->cache.args[n] = r;
	}
	return val_of(t, c->cache.args[n]);
}

/* A structure: what the probe has in registers is laid into memory, of anything else it has the address. */
static struct val struct_arg(struct lw *c, struct node *n)
{
	struct provider *p = c->is_error_func ? NULL : c->site->prov;
	struct val v = {.kind = V_MEM, .type = n->type, .reg = -1};
	int words[2] = {-1, -1};

	if (p && p->ops->emit_struct) {
		if (!p->ops->emit_struct(p, &c->env, c->group->probes[0], (unsigned)n->id, words))
			words[0] = -1;
	} else if (type_size(n->type) <= 8) {
		words[0] = val_reg(c, arg_value(c, (unsigned)n->id));
	}
	if (words[0] < 0) {
		v.place = (struct place){.kind = P_KERN,
					 .reg = val_reg(c, arg_value(c, (unsigned)n->id))};
		return v;
	}
	v.place = lw_temp_place(c, 16);
	for (int i = 0; i < 2 && words[i] >= 0; i++)
		ir_store(c->f, v.place.reg, v.place.off + 8 * i, 8, IRV_REG(words[i]));
	return v;
}

static struct val typed_arg(struct lw *c, struct node *n)
{
	if (type_is_sou(n->type))
		return struct_arg(c, n);
	struct val v = arg_value(c, (unsigned)n->id);
	struct type *t = type_resolve(n->type);
	v.type = types_int(c->L->ts, 8, true);
	if (type_is_int(t))
		return val_convert(c, v, n->type);
	v.type = n->type;
	/* A typed tracepoint's pointer: what it points to is read directly. */
	if (!c->is_error_func && !c->env.plain &&
	    (c->env.ctx_kind == CTX_TP_BTF || c->env.ctx_kind == CTX_FENTRY) &&
	    t->kind == TYPE_PTR && type_resolve(t->ref)->btf_id)
		v.place = (struct place){.kind = P_DIRECT, .foreign = true, .reg = v.reg};
	return v;
}

static struct val read_errno(struct lw *c, struct type *t)
{
	struct provider *p = c->is_error_func ? NULL : c->site->prov;
	if (!p || !p->ops->emit_errno)
		return val_const(t, 0);
	if (c->cache.errno_reg < 0)
		c->cache.errno_reg = p->ops->emit_errno(p, &c->env, c->group->probes[0]);
	return c->cache.errno_reg < 0 ? val_const(t, 0) : val_of(t, c->cache.errno_reg);
}

/* ---- the probe's own names ---- */

static bool same_part(const struct probe_group *g, int part)
{
	for (uint32_t i = 1; i < g->nprobes; i++) {
		const struct probe *a = g->probes[0], *b = g->probes[i];
		const char *x[4] = {a->provider, a->module, a->function, a->name};
		const char *y[4] = {b->provider, b->module, b->function, b->name};
		if (strcmp(x[part], y[part]) != 0)
			return false;
	}
	return true;
}

/* Index of the firing probe in plan.probes; probes of a group have consecutive ids more often than
 * not. */
static int probe_index(struct lw *c)
{
	const struct probe_group *g = c->group;
	uint32_t first = 0;
	while (first < c->L->plan->probes.n && c->L->plan->probes.at[first].id != g->probes[0]->id)
		first++;
	bool dense = true;
	for (uint32_t i = 0; i < g->nprobes && dense; i++)
		dense = first + i < c->L->plan->probes.n &&
			c->L->plan->probes.at[first + i].id == g->probes[i]->id;
	bool contiguous =
	    dense && g->probes[g->nprobes - 1]->id - g->probes[0]->id == g->nprobes - 1;
	if (contiguous)
		return ir_alu(c->f, IR_SUB, c->env.probe_id,
			      IRV_IMM((int64_t)g->probes[0]->id - first));
	/* Sparse ids: a table over their range. */
	uint32_t lo = UINT32_MAX, hi = 0;
	for (uint32_t i = 0; i < g->nprobes; i++) {
		uint32_t id = g->probes[i]->id;
		lo = id < lo ? id : lo;
		hi = id > hi ? id : hi;
	}
	uint32_t tab = glob_alloc(c->L, 4 * (hi - lo + 1), 8);
	for (uint32_t i = 0, k = 0; i < c->L->plan->probes.n; i++) {
		uint32_t id = c->L->plan->probes.at[i].id;
		if (id < lo || id > hi)
			continue;
		k = i;
		memcpy(&c->L->glob.at[tab + 4 * (id - lo)], &k, 4);
	}
	int rel = ir_alu(c->f, IR_SUB, c->env.probe_id, IRV_IMM(lo));
	ir_br(c->f, IR_UGT, rel, IRV_IMM(hi - lo), c->bail);
	int at = ir_alu(c->f, IR_ADD, ir_mapval(c->f, IMAGE_MAP_GLOB, tab),
			IRV_REG(ir_alu(c->f, IR_MUL, rel, IRV_IMM(4))));
	return ir_load(c->f, at, 0, 4);
}

/* A probe to come makes up the name of its provider: that of the file's, and the process's number. */
static struct val made_up_provider(struct lw *c, struct val base)
{
	struct ir_func *f = c->f;
	int named = ir_label(f);
	struct place number = lw_temp_place(c, 2 * RT_SLACK(c->L->strsize));
	struct place dst = lw_temp_place(c, 2 * RT_SLACK(c->L->strsize));
	str_copy(c, number, 8, val_lit(c, "", 0));
	ir_br(f, IR_EQ, c->env.unnamed, IRV_IMM(0), named);
	int pid = ir_alu(f, IR_SHR, ir_call(f, H_GET_PID_TGID, 0, NULL), IRV_IMM(32));
	ir_callfn(f, rt_get(&c->rt, RT_LLTOSTR),
		  IR_CALL_ARGS(IRV_REG(lw_addr_of(c, number)), IRV_REG(pid), IRV_IMM(10)));
	ir_place(f, named);
	int text = lw_addr_of(c, str_mem(c, base));
	ir_callfn(f, rt_get(&c->rt, RT_STRJOIN),
		  IR_CALL_ARGS(IRV_REG(lw_addr_of(c, dst)), IRV_REG(text),
			       IRV_REG(lw_addr_of(c, number))));
	return val_str_mem(c, dst, c->L->strsize);
}

static struct val known_part(struct lw *c, int part)
{
	const char *err[4] = {"dtrace", "", "", "ERROR"};
	if (c->is_error_func)
		return val_lit(c, err[part], (uint32_t)strlen(err[part]));
	if (same_part(c->group, part)) {
		const struct probe *p = c->group->probes[0];
		const char *s[4] = {p->provider, p->module, p->function, p->name};
		struct val v = val_lit(c, s[part], (uint32_t)strlen(s[part]));
		return v;
	}
	int index = probe_index(c);
	ir_br(c->f, IR_UGE, index, IRV_IMM(c->L->plan->probes.n), c->bail);
	int tab = ir_mapval(c->f, IMAGE_MAP_GLOB, c->L->probetab_off + (uint32_t)part * 4);
	int at = ir_alu(c->f, IR_ADD, tab, IRV_REG(ir_alu(c->f, IR_MUL, index, IRV_IMM(16))));
	struct val v = val_lit(c, "", 0);
	v.str = S_ID;
	v.reg = ir_load(c->f, at, 0, 4);
	v.cap = c->L->strsize;
	return v;
}

static struct val probe_part(struct lw *c, int part)
{
	struct val v = known_part(c, part);
	return part == 0 && !c->is_error_func && c->env.unnamed >= 0 ? made_up_provider(c, v) : v;
}

/* ---- threads ---- */

static int pid_tgid(struct lw *c)
{
	if (c->cache.pidtgid < 0)
		c->cache.pidtgid = ir_call(c->f, H_GET_PID_TGID, 0, NULL);
	return c->cache.pidtgid;
}

static int uid_gid(struct lw *c)
{
	if (c->cache.uidgid < 0)
		c->cache.uidgid = ir_call(c->f, H_GET_UID_GID, 0, NULL);
	return c->cache.uidgid;
}

/* vtimestamp without a companion: what the scheduler has accounted plus the current stretch. */
static struct val scheduled_time(struct lw *c, struct type *t)
{
	struct ir_func *f = c->f;
	uint32_t sum, start;
	if (!kernel_offset(c->L, "task_struct", "se.sum_exec_runtime", &sum) ||
	    !kernel_offset(c->L, "task_struct", "se.exec_start", &start))
		return val_const(t, 0);
	int task = lw_task(c);
	int base = ir_load(f, task, (int32_t)sum, 8), since = ir_load(f, task, (int32_t)start, 8);
	int now = lw_timestamp(c);
	int d = ir_alu(f, IR_SUB, now, IRV_REG(since)), zero = ir_label(f);
	int r = ir_copy(f, base);
	/* exec_start is on the scheduler's clock, which may run a little ahead of ktime: a negative
	 * stretch counts as none. */
	ir_br(f, IR_SLT, d, IRV_IMM(0), zero);
	ir_alu_to(f, r, IR_ADD, r, IRV_REG(d));
	ir_place(f, zero);
	return val_of(t, r);
}

struct val lw_walltimestamp(struct lw *c, struct type *t)
{
	/* TAI without its leap seconds would need the kernel's offset; realtime minus monotonic is
	 * in GLOB, kept by the consumer. */
	int off = lw_glob_load(c, offsetof(struct image_state, wall_offset), 8);
	return val_of(t, ir_alu(c->f, IR_ADD, lw_timestamp(c), IRV_REG(off)));
}

/* All of a CPU's lie in one area, in the same order, and the current thread leads to one of them:
 * its run queue. */
int lw_percpu_address(struct lw *c, const char *var)
{
	uint32_t queue, want, cfs, rq;
	if (!c->env.btf || !btf_percpu_offset(c->env.btf, "runqueues", &queue) ||
	    !btf_percpu_offset(c->env.btf, var, &want) ||
	    !kernel_offset(c->L, "task_struct", "se.cfs_rq", &cfs) ||
	    !kernel_offset(c->L, "cfs_rq", "rq", &rq))
		return -1;
	int q = ir_load(c->f, ir_load(c->f, lw_task(c), (int32_t)cfs, 8), (int32_t)rq, 8);
	return ir_alu(c->f, IR_ADD, lw_as_integer(c, q), IRV_IMM((int64_t)want - queue));
}

/* A number in a per-CPU variable of the running CPU: itself, or the first of the members that the kernel's struct has. */
static struct val percpu_int(struct lw *c, struct type *t, const char *var, const char *strct,
			     const char *const *members)
{
	uint32_t off = 0;
	while (members && *members && !kernel_offset(c->L, strct, *members, &off))
		members++;
	int at = members && !*members ? -1 : lw_percpu_address(c, var);
	if (at < 0)
		return val_const(t, 0);
	return lw_load(c, (struct place){.kind = P_KERN, .reg = at, .off = (int32_t)off}, t);
}

/* Interrupt level: 0 in a thread, 1 in a softirq, 2 in a hardware interrupt (where profile fires),
 * 3 in a non-maskable one; from the CPU's own count of what it is in. */
static struct val ipl(struct lw *c, struct type *t)
{
	static const uint32_t level_bits[] = {0, 0x100, 0xf0000, 0xf00000}; /* of preempt_count */
	struct ir_func *f = c->f;
	uint32_t off = 0;
	int at = lw_percpu_address(c, "__preempt_count");
	if (at < 0 && kernel_offset(c->L, "pcpu_hot", "preempt_count", &off))
		at = lw_percpu_address(c, "pcpu_hot");
	if (at < 0)
		return val_const(t, 0);
	struct place p = {.kind = P_KERN, .reg = at, .off = (int32_t)off};
	int count = val_reg(c, lw_load(c, p, types_int(c->L->ts, 4, false)));
	int r = ir_imm(f, 3), done = ir_label(f);
	for (int level = 3; level > 0; level--) {
		int bits = ir_alu(f, IR_AND, count, IRV_IMM(level_bits[level]));
		ir_br(f, IR_NE, bits, IRV_IMM(0), done);
		ir_mov(f, r, IRV_IMM(level - 1));
	}
	ir_place(f, done);
	return val_of(t, r);
}

/* The thread's group in the one hierarchy of cgroup v2; where a kernel thread works for others, theirs if that is known. */
static struct val cgroup_id(struct lw *c, struct type *t)
{
	enum { PF_KTHREAD = 0x00200000 };
	struct ir_func *f = c->f;
	uint32_t kn, id, root;
	if ((c->env.subject < 0 && !c->env.charged) ||
	    !kernel_offset(c->L, "cgroup", "root", &root) ||
	    !kernel_offset(c->L, "cgroup", "kn", &kn) ||
	    !kernel_offset(c->L, "kernfs_node", "id", &id))
		return val_of(t, ir_call(f, H_GET_CURRENT_CGROUP_ID, 0, NULL));
	int group = ir_copy(f, lw_task_field(c, "cgroups:css_set>dfl_cgrp", 8, false));
	if (c->env.charged) {
		int own = ir_label(f);
		int flags = lw_task_field(c, "flags", 4, false);
		ir_br(f, IR_EQ, ir_alu(f, IR_AND, flags, IRV_IMM(PF_KTHREAD)), IRV_IMM(0), own);
		int other = c->env.charged(&c->env);
		int same = ir_load(f, other, (int32_t)root, 8);
		ir_br(f, IR_NE, same, IRV_REG(ir_load(f, group, (int32_t)root, 8)), own);
		ir_mov(f, group, IRV_REG(other));
		ir_place(f, own);
	}
	return val_of(t, ir_load(f, ir_load(f, group, (int32_t)kn, 8), (int32_t)id, 8));
}

/* The running thread's, to dst: register with how many bytes; leaves to none. */
static int running_args(struct lw *c, int dst, int none)
{
	struct ir_func *f = c->f;
	int start = lw_task_field(c, "mm:mm_struct>arg_start", 8, false);
	int end = lw_task_field(c, "mm:mm_struct>arg_end", 8, false);
	int n = ir_copy(f, ir_alu(f, IR_SUB, end, IRV_REG(start))), fits = ir_label(f);
	lw_unless_running(c, none);
	ir_br(f, IR_ULE, n, IRV_IMM(c->L->strsize), fits);
	ir_mov(f, n, IRV_IMM(c->L->strsize));
	ir_place(f, fits);
	ir_br(f, IR_EQ, n, IRV_IMM(0), none);
	int r = lw_user_read(c, dst, IRV_REG(n), start);
	ir_br(f, IR_SLT, r, IRV_IMM(0), none);
	return n;
}

/* The command line of the current process: its argument vector, words separated by blanks; the command's name where there is none. */
static struct val execargs(struct lw *c)
{
	struct ir_func *f = c->f;
	struct place dst = lw_temp_place(c, 2 * RT_SLACK(c->L->strsize));
	int none = ir_label(f), done = ir_label(f);
	struct cache saved = lw_cond_enter(c);
	int at = lw_addr_of(c, dst);
	int n = c->owner && c->owner->args ? owner_args(c, at, none) : running_args(c, at, none);
	ir_callfn(f, rt_get(&c->rt, RT_UNSPLIT),
		  IR_CALL_ARGS(IRV_REG(lw_addr_of(c, dst)), IRV_REG(n)));
	ir_jmp(f, done);
	lw_cache_set(c, saved);
	ir_place(f, none);
	struct val comm = val_lit(c, "", 0);
	comm.str = S_COMM;
	comm.cap = 16;
	str_copy(c, dst, c->L->strsize < 16 ? c->L->strsize : 16, comm);
	lw_cond_leave(c, saved);
	ir_place(f, done);
	return val_str_mem(c, dst, c->L->strsize);
}

/* User registers of the current thread, by their place in pt_regs (dlib/regs.d names them). */
static struct val user_register(struct lw *c, struct node *n)
{
	enum { NREGS = 21 };
	struct ir_func *f = c->f;
	struct val i = lw_expr(c, n->kids[1]);
	if (i.is_const && (uint64_t)i.cval < NREGS) {
		int regs = ir_call(f, H_TASK_PT_REGS, IR_CALL_ARGS(IRV_REG(lw_task(c))));
		return val_of(n->type, ir_load(f, regs, (int32_t)(8 * i.cval), 8));
	}
	int index = val_reg(c, i);
	lw_fault_if(c, IR_UGE, index, IRV_IMM(NREGS), FLT_ILLOP, IRV_REG(index));
	int off = ir_alu(f, IR_SHL, index, IRV_IMM(3));
	int regs = lw_as_integer(c, ir_call(f, H_TASK_PT_REGS, IR_CALL_ARGS(IRV_REG(lw_task(c)))));
	return lw_load(c,
		       (struct place){.kind = P_KERN, .reg = ir_alu(f, IR_ADD, regs, IRV_REG(off))},
		       n->type);
}

static struct val current_arg(struct lw *c, struct node *n)
{
	return n->kind == NODE_INDEX ? typed_arg(c, n) : val_const(n->type, 0);
}

struct val lw_builtin(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	enum builtin_var id = n->ident->bvar->id;
	struct type *t = n->type;
	if (id >= BV_ARG0 && id <= BV_ARG9)
		return arg_value(c, (unsigned)(id - BV_ARG0));
	switch (id) {
	case BV_ARGS:
		return current_arg(c, n);
	case BV_CPU:
		return val_of(t, lw_cpu(c));
	case BV_CURTHREAD: {
		struct val v = val_of(t, -1);
		v.reg = lw_as_integer(c, lw_task(c));
		return v;
	}
	case BV_EPID:
		return val_const(t, lw_epid(c));
	case BV_ERRNO:
		return read_errno(c, t);
	case BV_EXECNAME: {
		struct val v = val_lit(c, "", 0);
		v.str = S_COMM;
		v.cap = 16;
		if (c->L->strsize >= 16)
			return v;
		struct place dst = lw_temp_place(c, RT_SLACK(c->L->strsize));
		str_copy(c, dst, c->L->strsize, v);
		return val_str_mem(c, dst, c->L->strsize);
	}
	case BV_UREGS:
		return user_register(c, n);
	case BV_EXECARGS:
		return execargs(c);
	case BV_GID:
		if (c->env.subject >= 0)
			return val_of(t, lw_task_field(c, "cred:cred>gid.val", 4, false));
		return val_of(t, ir_alu(f, IR_SHR, uid_gid(c), IRV_IMM(32)));
	case BV_UID:
		if (c->env.subject >= 0)
			return val_of(t, lw_task_field(c, "cred:cred>uid.val", 4, false));
		return val_of(t, ir_unary(f, IR_ZEXT, uid_gid(c), 4));
	case BV_ID:
		return c->is_error_func || c->group->nprobes == 1
			   ? val_const(t, c->is_error_func ? 3 : c->group->probes[0]->id)
			   : val_of(t, c->env.probe_id);
	case BV_IPL:
		return ipl(c, t);
	case BV_PID:
		if (c->env.subject >= 0)
			return val_of(t, lw_task_field(c, "tgid", 4, true));
		return val_of(t, ir_alu(f, IR_SHR, pid_tgid(c), IRV_IMM(32)));
	case BV_TID:
		if (c->env.subject >= 0)
			return val_of(t, lw_task_field(c, "pid", 4, true));
		return val_of(t, ir_unary(f, IR_ZEXT, pid_tgid(c), 4));
	case BV_PPID:
		return val_of(t, lw_task_field(c, "real_parent>tgid", 4, true));
	case BV_PROBEPROV:
		return probe_part(c, 0);
	case BV_PROBEMOD:
		return probe_part(c, 1);
	case BV_PROBEFUNC:
		return probe_part(c, 2);
	case BV_PROBENAME:
		return probe_part(c, 3);
	case BV_TIMESTAMP:
		return val_of(t, lw_timestamp(c));
	case BV_VTIMESTAMP:
		return c->L->uses_vtime ? lw_vtimestamp(c, t) : scheduled_time(c, t);
	case BV_WALLTIMESTAMP:
		return lw_walltimestamp(c, t);
	case BV_CALLER:
		/* Where profile interrupts, the first frame is the place itself. */
		return lw_stack_frame(c, t, false, c->env.ctx_kind == CTX_PERF_EVENT);
	case BV_UCALLER:
		return lw_stack_frame(c, t, true, 1);
	case BV_STACKDEPTH:
		return lw_stack_depth(c, t, false);
	case BV_USTACKDEPTH:
		return lw_stack_depth(c, t, true);
	case BV_ZONENAME:
		return lw_zone_name(c);
	case BV_ZONEID:
		return lw_zone_id(c, t);
	case BV_CHIP:
		return percpu_int(c, t, "cpu_info", "cpuinfo_x86",
				  (const char *const[]){"topo.pkg_id", "phys_proc_id", NULL});
	case BV_LGRP:
		return percpu_int(c, t, "numa_node", NULL, NULL);
	case BV_CGROUPID:
		return cgroup_id(c, t);
	default:
		lw_fail(c, n->src, "D_VAR_UNSUP",
			"built-in variable %s is not supported on this system",
			n->ident->bvar->name);
		return val_const(t, 0);
	}
}
