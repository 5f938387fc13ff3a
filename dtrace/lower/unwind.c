/*
 * unwind.c - user stacks of code that keeps no frame pointers
 *
 * bpf_get_stack() follows rbp from frame to frame, which most distributions' code uses for other
 * things. A subprogram of ours walks the stack by the tables that image.h describes (IMAGE_MAP_PROCS,
 * IMAGE_MAP_ROWS; kept by the session from the files' .eh_frame): it looks up the mapping that an
 * address is in, then the row that holds there, and goes to the caller by its rule. Where there is no
 * rule (code made at run time, hand-written assembly without one) it follows rbp for that step.
 * Of a process that is not in the table the helper's stack is taken.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/lower/rt_int.h"

#include <stddef.h>

enum { UREG_BP = 32, UREG_IP = 128, UREG_CS = 136, UREG_SP = 152, UREGS_BYTES = 160 };
/* Of the kernel's frame of a signal, from rsp where the handler has returned to: ucontext.uc_mcontext. */
enum { SIGNAL_BP = 120, SIGNAL_SP = 160, SIGNAL_IP = 168 };
enum { WORD = 8, FRAME_MAX = 1 << 20 };

struct walk {
	struct rt_gen g;
	const struct lower *L;
	int dst, frames; /* where frames go; how many there is room for */
	uint32_t most;	 /* of those */
	int ip, sp, bp;	 /* of the frame that is looked at */
	int exact; /* 0: ip is an address to return to, and its row that of the call before it */
	int n;	   /* frames written */
	int work;  /* WALK_... */
	int slot;  /* frame object to read words into */
	int done;  /* label */
};

/* The user's word at addr, in a fresh register; done when it cannot be read. */
static int fetch(struct walk *w, int addr, int64_t off)
{
	struct ir_func *f = w->g.f;
	int src = ir_alu(f, IR_ADD, addr, I(off));
	int at = ir_frame_addr(f, w->slot, 0);
	int r = ir_call(f, H_PROBE_READ_USER, IR_CALL_ARGS(R(at), I(WORD), R(src)));
	ir_br(f, IR_NE, r, I(0), w->done);
	return ir_load(f, ir_frame_addr(f, w->slot, 0), 0, WORD);
}

/* Puts ip into the next place of dst; done when there is no more room. */
static void put_frame(struct walk *w)
{
	struct ir_func *f = w->g.f;
	int at = ir_copy(f, w->n);
	ir_br(f, IR_UGE, at, R(w->frames), w->done);
	ir_br(f, IR_UGE, at, I(w->most), w->done);
	int to = ir_alu(f, IR_ADD, w->dst, R(ir_alu(f, IR_SHL, at, I(3))));
	ir_store(f, to, 0, WORD, R(w->ip));
	ir_mov(f, w->n, R(ir_alu(f, IR_ADD, at, I(1))));
}

/*
 * Binary search: how many of the elements [lo, hi) have a first word of size bytes that is at most
 * key, plus lo. Elements lie at base, each element_bytes; their number is a power of two.
 */
static int search(struct walk *w, int base, int lo, int hi, int key, uint32_t elements,
		  uint32_t element_bytes, unsigned size)
{
	struct ir_func *f = w->g.f;
	struct rt_loop l;
	uint32_t rounds = 1;
	while (1u << rounds < elements)
		rounds++;
	int from = rt_unknown(&w->g, R(lo)), to = rt_unknown(&w->g, R(hi)), above = ir_label(f);
	rt_loop_open(&w->g, &l, rounds + 1);
	ir_br(f, IR_UGE, from, R(to), l.out);
	int mid = ir_alu(f, IR_SHR, ir_alu(f, IR_ADD, from, R(to)), I(1));
	int index = ir_alu(f, IR_AND, mid, I(elements - 1));
	int at = ir_alu(f, IR_ADD, base, R(ir_alu(f, IR_MUL, index, I(element_bytes))));
	ir_br(f, IR_UGT, ir_load(f, at, 0, size), R(key), above);
	ir_mov(f, from, R(ir_alu(f, IR_ADD, mid, I(1))));
	ir_jmp(f, l.top);
	ir_place(f, above);
	ir_mov(f, to, R(mid));
	rt_loop_close(&w->g, &l);
	return from;
}

/* Address of the element before the one that search() gave. */
static int element(struct walk *w, int base, int found, uint32_t elements, uint32_t element_bytes)
{
	struct ir_func *f = w->g.f;
	int index = ir_alu(f, IR_AND, ir_alu(f, IR_SUB, found, I(1)), I(elements - 1));
	return ir_alu(f, IR_ADD, base, R(ir_alu(f, IR_MUL, index, I(element_bytes))));
}

/* The row that holds at pc in this process; unknown when there is none. */
static int find_row(struct walk *w, int proc, int pc, int unknown)
{
	struct ir_func *f = w->g.f;
	uint32_t rows = w->L->unwind_rows;
	int maps = ir_alu(f, IR_ADD, proc, I(offsetof(struct image_proc, maps)));
	int nmaps = ir_load(f, proc, offsetof(struct image_proc, nmaps), 4);
	int m = search(w, maps, ir_imm(f, 0), nmaps, pc, IMAGE_UNWIND_MAPS,
		       (uint32_t)sizeof(struct image_unwind_map), 8);
	ir_br(f, IR_EQ, m, I(0), unknown);
	int map = element(w, maps, m, IMAGE_UNWIND_MAPS, (uint32_t)sizeof(struct image_unwind_map));
	ir_br(f, IR_UGE, pc, R(ir_load(f, map, offsetof(struct image_unwind_map, end), 8)),
	      unknown);
	int bias = ir_load(f, map, offsetof(struct image_unwind_map, bias), 8);
	int first = ir_load(f, map, offsetof(struct image_unwind_map, row), 4);
	int count = ir_load(f, map, offsetof(struct image_unwind_map, nrows), 4);
	int rel = ir_alu(f, IR_SUB, pc, R(bias));
	int end = ir_alu(f, IR_ADD, first, R(count));
	int base = ir_mapval(f, IMAGE_MAP_ROWS, 0);
	int r =
	    search(w, base, first, end, rel, rows, (uint32_t)sizeof(struct image_unwind_row), 4);
	ir_br(f, IR_EQ, r, R(first), unknown);
	return element(w, ir_mapval(f, IMAGE_MAP_ROWS, 0), r, rows,
		       (uint32_t)sizeof(struct image_unwind_row));
}

/* The kernel's frame of a signal holds what was interrupted. */
static void step_signal(struct walk *w)
{
	struct ir_func *f = w->g.f;
	int ip = fetch(w, w->sp, SIGNAL_IP), bp = fetch(w, w->sp, SIGNAL_BP);
	ir_mov(f, w->sp, R(fetch(w, w->sp, SIGNAL_SP)));
	ir_mov(f, w->ip, R(ip));
	ir_mov(f, w->bp, R(bp));
	ir_mov(f, w->exact, I(1));
}

/* By rbp: (caller's rbp, return address) lie where it points, and stacks grow downwards. */
static void step_frame_pointer(struct walk *w)
{
	struct ir_func *f = w->g.f;
	/* Code without frame pointers has anything in rbp: it must point into the stack, not far up. */
	ir_br(f, IR_UGE, ir_alu(f, IR_SUB, w->bp, R(w->sp)), I(FRAME_MAX), w->done);
	int ip = fetch(w, w->bp, WORD), bp = fetch(w, w->bp, 0);
	ir_mov(f, w->sp, R(ir_alu(f, IR_ADD, w->bp, I(2 * WORD))));
	ir_mov(f, w->ip, R(ip));
	ir_mov(f, w->bp, R(bp));
	ir_mov(f, w->exact, I(0));
}

/* Calculates the CFA by the row's rule; other kinds of rows jump to their labels. */
static int row_cfa(struct walk *w, int row, int unknown, int signal)
{
	struct ir_func *f = w->g.f;
	int kind = ir_load(f, row, offsetof(struct image_unwind_row, cfa), 4);
	int off = ir_load_signed(f, row, offsetof(struct image_unwind_row, cfa_offset), 4);
	int cfa = ir_reg(f), have = ir_label(f), rbp = ir_label(f), deref = ir_label(f),
	    plt = ir_label(f), far = ir_label(f);
	ir_mov(f, cfa, R(ir_alu(f, IR_ADD, w->sp, R(off))));
	ir_br(f, IR_EQ, kind, I(UNWIND_RSP), have);
	ir_br(f, IR_EQ, kind, I(UNWIND_RBP), rbp);
	ir_br(f, IR_EQ, kind, I(UNWIND_DEREF_RBP), deref);
	ir_br(f, IR_EQ, kind, I(UNWIND_PLT), plt);
	ir_br(f, IR_EQ, kind, I(UNWIND_SIGNAL), signal);
	ir_br(f, IR_EQ, kind, I(UNWIND_END), w->done);
	ir_jmp(f, unknown);
	ir_place(f, rbp);
	ir_mov(f, cfa, R(ir_alu(f, IR_ADD, w->bp, R(off))));
	ir_jmp(f, have);
	ir_place(f, deref);
	ir_mov(f, cfa, R(fetch(w, ir_alu(f, IR_ADD, w->bp, R(off)), 0)));
	ir_mov(f, w->bp, R(fetch(w, w->bp, 0)));
	ir_jmp(f, have);
	ir_place(f, plt);
	ir_mov(f, cfa, R(ir_alu(f, IR_ADD, w->sp, I(WORD))));
	ir_br(f, IR_UGE, ir_alu(f, IR_AND, w->ip, I(15)), I(11), far);
	ir_jmp(f, have);
	ir_place(f, far);
	ir_mov(f, cfa, R(ir_alu(f, IR_ADD, cfa, I(WORD))));
	ir_place(f, have);
	return cfa;
}

static void step_row(struct walk *w, int row, int unknown, int signal)
{
	struct ir_func *f = w->g.f;
	int kept = ir_label(f);
	int saved = ir_load_signed(f, row, offsetof(struct image_unwind_row, rbp_offset), 4);
	int cfa = row_cfa(w, row, unknown, signal);
	int ip = fetch(w, cfa, -WORD);
	ir_br(f, IR_EQ, saved, I(0), kept);
	ir_mov(f, w->bp, R(fetch(w, ir_alu(f, IR_ADD, cfa, R(saved)), 0)));
	ir_place(f, kept);
	ir_mov(f, w->ip, R(ip));
	ir_mov(f, w->sp, R(cfa));
	ir_mov(f, w->exact, I(0));
}

/* Where the function that interprets Python is reached, the frames of Python stand for it. */
static bool step_python(struct lw *c, struct walk *w, int proc, int pc, int other)
{
	struct ir_func *f = w->g.f;
	const struct ir_func *python = lw_python_function(c, w->most);
	if (!python)
		return false;
	int eval = ir_load(f, proc, offsetof(struct image_proc, python.eval), 8);
	int bytes = ir_load(f, proc, offsetof(struct image_proc, python.eval_bytes), 8);
	ir_br(f, IR_UGE, ir_alu(f, IR_SUB, pc, R(eval)), R(bytes), other);
	int n = ir_callfn(f, python,
			  IR_CALL_ARGS(R(w->dst), R(w->frames), R(w->n), R(proc), R(w->work)));
	ir_br(f, IR_EQ, n, R(w->n), other);
	ir_mov(f, w->n, R(n));
	return true;
}

static int proc_with_key(struct walk *w, int key)
{
	return ir_call(
	    w->g.f, H_MAP_LOOKUP,
	    IR_CALL_ARGS(R(ir_map(w->g.f, IMAGE_MAP_PROCS)), R(ir_frame_addr(w->g.f, key, 0))));
}

/* The process's tables. One that has just begun may not be known: until it runs another program it maps what
 * its parent does. Returns from the function when neither is known. */
static int find_proc(struct lw *c, struct walk *w)
{
	struct ir_func *f = w->g.f;
	uint32_t parent, tgid;
	int key = ir_frame(f, WORD, WORD), known = ir_label(f), proc = ir_reg(f);
	int own = ir_alu(f, IR_SHR, ir_call(f, H_GET_PID_TGID, 0, NULL), I(32));
	ir_store(f, ir_frame_addr(f, key, 0), 0, WORD, R(own));
	ir_mov(f, proc, R(proc_with_key(w, key)));
	ir_br(f, IR_NE, proc, I(0), known);
	if (kernel_offset(c->L, "task_struct", "real_parent", &parent) &&
	    kernel_offset(c->L, "task_struct", "tgid", &tgid)) {
		int task = ir_call(f, H_GET_CURRENT_TASK_BTF, 0, NULL);
		int from = ir_alu(f, IR_ADD, task, I(parent));
		ir_call(f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(R(ir_frame_addr(f, w->slot, 0)), I(WORD), R(from)));
		from =
		    ir_alu(f, IR_ADD, ir_load(f, ir_frame_addr(f, w->slot, 0), 0, WORD), I(tgid));
		ir_store(f, ir_frame_addr(f, key, 0), 0, WORD, I(0));
		ir_call(f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(R(ir_frame_addr(f, key, 0)), I(4), R(from)));
		ir_mov(f, proc, R(proc_with_key(w, key)));
		ir_br(f, IR_NE, proc, I(0), known);
	}
	ir_ret(f, I(0));
	ir_place(f, known);
	return proc;
}

/* (dst, frames, work): walks from the registers in work, writes at most `frames` words to dst; returns
 * how many, 0 when the process is not known. */
static const struct ir_func *unwind_function(struct lw *c, uint32_t most)
{
	/* One for all, but where it has to say how large its memory is. */
	bool once = !c->L->o->target.may_goto;
	uint32_t key = once && most < IMAGE_UNWIND_FRAMES ? most : IMAGE_UNWIND_FRAMES;
	for (size_t i = 0; i < c->walks.n; i++)
		if (c->walks.at[i].frames == key)
			return c->walks.at[i].f;
	struct ir_func *f = ir_func_new(c->u, "unwind", 3);
	struct walk w = {.g = {.f = f, .size = c->L->strsize, .x = -1},
			 .L = c->L,
			 .dst = f->params[0],
			 .frames = f->params[1],
			 .most = key,
			 .work = f->params[2],
			 .slot = ir_frame(f, WORD, WORD),
			 .done = ir_label(f)};
	*vec_push(&c->walks, c->L->a) = (struct walk_func){key, f};
	c->L->unwinds = true;
	const uint32_t pointee[] = {key * WORD, 0, WALK_BYTES};
	int none = once ? rt_open_global(f, pointee) : -1;
	int proc = find_proc(c, &w);
	rt_unknowns(&w.g, proc);
	w.ip = rt_unknown(&w.g, R(ir_load(f, w.work, WALK_IP, 8)));
	w.sp = rt_unknown(&w.g, R(ir_load(f, w.work, WALK_SP, 8)));
	w.bp = rt_unknown(&w.g, R(ir_load(f, w.work, WALK_BP, 8)));
	w.n = rt_unknown(&w.g, I(0));
	w.exact = rt_unknown(&w.g, I(1));
	struct rt_loop l;
	int unknown = ir_label(f), signal = ir_label(f), next = ir_label(f);
	rt_loop_open(&w.g, &l, w.most + 1);
	ir_br(f, IR_EQ, w.ip, I(0), w.done);
	lw_walk_returned(c, f, w.ip, w.sp, w.work);
	int before = ir_alu(f, IR_SUB, w.ip, I(1));
	int pc = ir_alu(f, IR_ADD, before, R(ir_alu(f, IR_AND, w.exact, I(1))));
	int native = ir_label(f), put = ir_label(f);
	if (step_python(c, &w, proc, pc, native))
		ir_jmp(f, put);
	ir_place(f, native);
	put_frame(&w);
	ir_place(f, put);
	step_row(&w, find_row(&w, proc, pc, unknown), unknown, signal);
	ir_jmp(f, next);
	ir_place(f, signal);
	step_signal(&w);
	ir_jmp(f, next);
	ir_place(f, unknown);
	step_frame_pointer(&w);
	int carried[] = {w.ip, w.sp, w.bp, w.n, w.exact};
	rt_loop_close_blurred(&w.g, &l, next, carried, sizeof(carried) / sizeof(carried[0]));
	ir_place(f, w.done);
	ir_ret(f, R(w.n));
	if (none >= 0) {
		ir_place(f, none);
		ir_ret(f, I(0));
	}
	return f;
}

struct user_regs {
	int ip, sp, bp;
};

static const struct {
	int32_t at;
	size_t reg;
} user_reg_offsets[] = {{UREG_IP, offsetof(struct user_regs, ip)},
			{UREG_SP, offsetof(struct user_regs, sp)},
			{UREG_BP, offsetof(struct user_regs, bp)}};

/* The three registers from memory that begins at base + off: the context, or a copy of struct pt_regs. */
static void load_user_regs(struct ir_func *f, int base, int32_t off, const struct user_regs *to)
{
	for (size_t i = 0; i < sizeof(user_reg_offsets) / sizeof(user_reg_offsets[0]); i++) {
		const int *reg = (const int *)((const char *)to + user_reg_offsets[i].reg);
		ir_mov(f, *reg, R(ir_load(f, base, off + user_reg_offsets[i].at, WORD)));
	}
}

/* The user's registers: those that were interrupted, or those kept on entry to the kernel. Jumps to
 * none when there are none. */
static struct user_regs user_registers(struct lw *c, int none)
{
	struct ir_func *f = c->f;
	struct place p = lw_temp_place(c, UREGS_BYTES);
	struct user_regs regs = {ir_reg(f), ir_reg(f), ir_reg(f)};
	int kernel = ir_label(f), have = ir_label(f);
	bool in_context = c->env.ctx_kind == CTX_PT_REGS || c->env.ctx_kind == CTX_PERF_EVENT;
	if (in_context) {
		int cs = ir_load(f, c->env.ctx, UREG_CS, WORD);
		ir_br(f, IR_EQ, ir_alu(f, IR_AND, cs, I(3)), I(0), kernel);
		load_user_regs(f, c->env.ctx, 0, &regs);
		ir_jmp(f, have);
	}
	ir_place(f, kernel);
	struct cache saved = lw_cond_enter(c);
	int from = lw_as_integer(c, ir_call(f, H_TASK_PT_REGS, IR_CALL_ARGS(R(lw_task(c)))));
	lw_cond_leave(c, saved);
	int r = ir_call(f, H_PROBE_READ_KERNEL,
			IR_CALL_ARGS(R(lw_addr_of(c, p)), I(UREGS_BYTES), R(from)));
	ir_br(f, IR_NE, r, I(0), none);
	load_user_regs(f, p.reg, p.off, &regs);
	ir_place(f, have);
	return regs;
}

bool lw_unwinds(const struct lw *c)
{
	return c->L->unwind_rows && c->env.ctx >= 0 && c->env.subject < 0;
}

int lw_unwind(struct lw *c, struct place dst, uint32_t frames)
{
	struct ir_func *f = c->f;
	int n = ir_reg(f), none = ir_label(f);
	ir_mov(f, n, I(0));
	struct place work = lw_temp_place(c, WALK_BYTES);
	struct user_regs regs = user_registers(c, none);
	ir_store(f, work.reg, work.off + WALK_IP, 8, R(regs.ip));
	ir_store(f, work.reg, work.off + WALK_SP, 8, R(regs.sp));
	ir_store(f, work.reg, work.off + WALK_BP, 8, R(regs.bp));
	ir_store(f, work.reg, work.off + WALK_PYTHON, 8, I(0));
	ir_mov(
	    f, n,
	    R(ir_callfn(f, unwind_function(c, frames),
			IR_CALL_ARGS(R(lw_addr_of(c, dst)), I(frames), R(lw_addr_of(c, work))))));
	ir_place(f, none);
	return n;
}
