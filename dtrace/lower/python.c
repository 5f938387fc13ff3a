/*
 * python.c - frames of CPython within user stacks
 *
 * One C function interprets any number of Python functions: what a stack shows of a Python program is
 * that function again and again. A subprogram of ours reads the interpreter's own frames in its place:
 * the thread's state is the one whose thread_id is the thread's fs base, its frames are a list, and
 * those up to the one marked as entry belong to one call of the interpreting function. A frame goes
 * into the stack as the address of its code object (IMAGE_FRAME_CODE); the names of a code object are
 * copied into a map the first time it is met, since the process may be gone when they are printed.
 *
 * Where things lie in the interpreter's structures differs from version to version: struct image_python_layout
 * says it for each process. A call of the interpreting function ends at the frame that is marked: up to 3.11 that is the
 * outermost function of the call, later one that stands between, which is no function's.
 */
#include "dtrace/lower/lower_int.h"
#include "dtrace/lower/rt_int.h"

#include <stddef.h>

/* Of strings, the same in all versions. */
enum {
	TEXT_LENGTH = 16,
	TEXT_STATE = 32,
	TEXT_ASCII = 0x40 /* bit of the state */,
	TEXT_KIND_SHIFT = 2
};
enum { WORD = 8, THREADS_MAX = 512, FRAMES_MAX = IMAGE_UNWIND_FRAMES };
enum { BPF_NOEXIST = 1 };

struct py {
	struct rt_gen g;
	int dst, frames, proc, work; /* parameters */
	uint32_t most;		     /* what frames may be */
	int n;			     /* frames written */
	int frame;		     /* of Python that is looked at */
	int slot;		     /* frame object to read words into */
	int key;		     /* frame object: struct image_code_key */
	int done;		     /* label */
};

static int fetch_or(struct py *p, int addr, int64_t off, unsigned size, int label)
{
	struct ir_func *f = p->g.f;
	int src = ir_alu(f, IR_ADD, addr, I(off));
	int at = ir_frame_addr(f, p->slot, 0);
	int r = ir_call(f, H_PROBE_READ_USER, IR_CALL_ARGS(R(at), I(size), R(src)));
	ir_br(f, IR_NE, r, I(0), label);
	return ir_load(f, ir_frame_addr(f, p->slot, 0), 0, size);
}

/* Register: what the layout says of a member. */
#define AT(p, member) load_at(p, offsetof(struct image_proc, python.at.member))
static int load_at(struct py *p, size_t offset)
{
	return ir_load(p->g.f, p->proc, (int32_t)offset, 2);
}

/* The same as fetch_or(), at an offset in a register. */
static int fetch_at(struct py *p, int addr, int off, unsigned size, int label)
{
	return fetch_or(p, ir_alu(p->g.f, IR_ADD, addr, R(off)), 0, size, label);
}

/* The fs base of this thread, by which it knows itself. */
static int fs_base(struct py *p, uint32_t fsbase)
{
	struct ir_func *f = p->g.f;
	int task = ir_call(f, H_GET_CURRENT_TASK_BTF, 0, NULL);
	int src = ir_alu(f, IR_ADD, task, I(fsbase));
	int at = ir_frame_addr(f, p->slot, 0);
	ir_call(f, H_PROBE_READ_KERNEL, IR_CALL_ARGS(R(at), I(WORD), R(src)));
	return ir_load(f, ir_frame_addr(f, p->slot, 0), 0, WORD);
}

/* p->frame = the innermost frame of this thread; done when it has none. */
static void find_first(struct py *p, uint32_t fsbase)
{
	struct ir_func *f = p->g.f;
	struct rt_loop l;
	int found = ir_label(f);
	int self = fs_base(p, fsbase);
	int runtime = ir_load(f, p->proc, offsetof(struct image_proc, python.runtime), 8);
	int interp = fetch_at(p, runtime, AT(p, interpreters), WORD, p->done);
	int thread = rt_unknown(&p->g, R(fetch_at(p, interp, AT(p, threads), WORD, p->done)));
	rt_loop_open(&p->g, &l, THREADS_MAX);
	ir_br(f, IR_EQ, thread, I(0), p->done);
	ir_br(f, IR_EQ, fetch_at(p, thread, AT(p, thread_id), WORD, p->done), R(self), found);
	ir_mov(f, thread, R(fetch_at(p, thread, AT(p, thread_next), WORD, p->done)));
	rt_loop_close(&p->g, &l);
	ir_jmp(f, p->done);
	ir_place(f, found);
	int is_it = ir_label(f);
	ir_mov(f, p->frame, R(fetch_at(p, thread, AT(p, thread_frame), WORD, p->done)));
	ir_br(f, IR_EQ, AT(p, is_pointed), I(0), is_it);
	ir_mov(f, p->frame, R(fetch_at(p, p->frame, AT(p, pointed), WORD, p->done)));
	ir_place(f, is_it);
}

/* Where a text goes to within struct image_code. */
struct text_place {
	int32_t text, is;
	uint32_t bytes;
};
#define TEXT_PLACE(member)                                                                         \
	((struct text_place){offsetof(struct image_code, member),                                  \
			     offsetof(struct image_code, member##_is),                             \
			     sizeof(((struct image_code *)0)->member)})

/* The characters of a str object as they are, all of one size. Further ones than there is room for are passed over. */
static void copy_characters(struct py *p, int object, int state, int dst, struct text_place to,
			    int next)
{
	struct ir_func *f = p->g.f;
	int wide = ir_label(f), few = ir_label(f);
	int kind = ir_alu(f, IR_AND, ir_alu(f, IR_SHR, state, I(TEXT_KIND_SHIFT)), I(7));
	int src = ir_alu(f, IR_ADD, object, R(AT(p, text)));
	int at = ir_alu(f, IR_ADD, dst, I(to.text));
	ir_store(f, dst, to.is + (int32_t)offsetof(struct image_text, kind), 1, R(kind));
	ir_br(f, IR_NE, kind, I(1), wide);
	ir_call(f, H_PROBE_READ_USER_STR, IR_CALL_ARGS(R(at), I(to.bytes), R(src)));
	ir_jmp(f, next);
	ir_place(f, wide);
	int units = ir_copy(f, fetch_or(p, object, TEXT_LENGTH, WORD, next));
	ir_br(f, IR_ULT, units, I(UINT8_MAX), few);
	ir_mov(f, units, I(UINT8_MAX));
	ir_place(f, few);
	ir_store(f, dst, to.is + (int32_t)offsetof(struct image_text, units), 1, R(units));
	ir_call(f, H_PROBE_READ_USER, IR_CALL_ARGS(R(at), I(to.bytes), R(src)));
	ir_jmp(f, next);
}

/* The text of a str object to its place (zeroes before): its end, which tells files apart, when it is too long and ASCII. */
static void copy_text(struct py *p, int object, int dst, struct text_place to)
{
	struct ir_func *f = p->g.f;
	int next = ir_label(f), ascii = ir_label(f), utf8 = ir_label(f), copy = ir_label(f);
	int src = ir_reg(f);
	int state = fetch_or(p, object, TEXT_STATE, 4, next);
	ir_br(f, IR_SETBITS, state, I(TEXT_ASCII), ascii);
	ir_mov(f, src, R(fetch_at(p, object, AT(p, utf8), WORD, next)));
	ir_br(f, IR_NE, src, I(0), utf8);
	copy_characters(p, object, state, dst, to, next);
	ir_place(f, utf8);
	ir_jmp(f, copy);
	ir_place(f, ascii);
	int length = fetch_or(p, object, TEXT_LENGTH, WORD, next);
	ir_mov(f, src, R(ir_alu(f, IR_ADD, object, R(AT(p, ascii_text)))));
	ir_br(f, IR_ULT, length, I(to.bytes), copy);
	ir_mov(f, src,
	       R(ir_alu(f, IR_ADD, src, R(ir_alu(f, IR_SUB, length, I((int64_t)to.bytes - 1))))));
	ir_place(f, copy);
	ir_call(f, H_PROBE_READ_USER_STR,
		IR_CALL_ARGS(R(ir_alu(f, IR_ADD, dst, I(to.text))), I(to.bytes), R(src)));
	ir_place(f, next);
}

static int find_value(struct py *p)
{
	struct ir_func *f = p->g.f;
	return ir_call(f, H_MAP_LOOKUP,
		       IR_CALL_ARGS(R(ir_map(f, IMAGE_MAP_CODES)), R(ir_frame_addr(f, p->key, 0))));
}

static void put_value(struct py *p, int value)
{
	struct ir_func *f = p->g.f;
	ir_call(f, H_MAP_UPDATE,
		IR_CALL_ARGS(R(ir_map(f, IMAGE_MAP_CODES)), R(ir_frame_addr(f, p->key, 0)),
			     R(value), I(BPF_NOEXIST)));
}

/* Puts the names of a code object into the map, unless they are there. */
static void note_code(struct py *p, int code, int line, int id)
{
	struct ir_func *f = p->g.f;
	int known = ir_label(f);
	int tgid = ir_alu(f, IR_SHR, ir_call(f, H_GET_PID_TGID, 0, NULL), I(32));
	int key = ir_frame_addr(f, p->key, 0);
	ir_store(f, key, offsetof(struct image_code_key, pid), 8, R(tgid));
	ir_store(f, key, offsetof(struct image_code_key, code), 8, R(id));
	int r = find_value(p);
	ir_br(f, IR_NE, r, I(0), known);
	int file = fetch_at(p, code, AT(p, code_file), WORD, known);
	int name = fetch_at(p, code, AT(p, code_name), WORD, known);
	int to = ir_alu(f, IR_ADD, p->work, I(WALK_CODE));
	if (f->is_global) {
		/* Verifiers before 6.6 take no memory of a caller's for a map's value: it is filled in its place. */
		put_value(p, ir_mapval(f, IMAGE_MAP_ROWS, 0));
		ir_mov(f, to, R(find_value(p)));
		ir_br(f, IR_EQ, to, I(0), known);
	}
	for (size_t i = 0; i < sizeof(struct image_code); i += WORD)
		ir_store(f, to, (int32_t)i, WORD, I(0));
	ir_store(f, to, offsetof(struct image_code, line), 4, R(line));
	copy_text(p, file, to, TEXT_PLACE(file));
	copy_text(p, name, to, TEXT_PLACE(name));
	if (!f->is_global)
		put_value(p, to);
	ir_place(f, known);
}

/* A code object's memory is used again when it is freed: with the line that its function begins at it
 * is most likely another id then. */
static int code_id(struct py *p, int code, int line)
{
	struct ir_func *f = p->g.f;
	int low = ir_alu(f, IR_AND, line, I(0x7fff));
	return ir_alu(f, IR_OR, code, R(ir_alu(f, IR_SHL, low, I(IMAGE_CODE_LINE_SHIFT))));
}

static void put_code(struct py *p, int code)
{
	struct ir_func *f = p->g.f;
	int at = ir_copy(f, p->n);
	ir_br(f, IR_UGE, at, R(p->frames), p->done);
	ir_br(f, IR_UGE, at, I(p->most), p->done);
	int to = ir_alu(f, IR_ADD, p->dst, R(ir_alu(f, IR_SHL, at, I(3))));
	ir_store(f, to, 0, WORD,
		 R(ir_alu(f, IR_OR, code, R(ir_imm(f, (int64_t)IMAGE_FRAME_CODE)))));
	ir_mov(f, p->n, R(ir_alu(f, IR_ADD, at, I(1))));
}

const struct ir_func *lw_python_function(struct lw *c, uint32_t frames)
{
	uint32_t fsbase;
	if (!kernel_offset(c->L, "task_struct", "thread.fsbase", &fsbase))
		return NULL;
	struct ir_func *f = ir_func_new(c->u, "python", 5);
	struct py p = {.g = {.f = f, .size = c->L->strsize, .x = -1},
		       .dst = f->params[0],
		       .frames = f->params[1],
		       .most = frames,
		       .proc = f->params[3],
		       .work = f->params[4],
		       .slot = ir_frame(f, WORD, WORD),
		       .key = ir_frame(f, sizeof(struct image_code_key), WORD),
		       .done = ir_label(f)};
	int more = ir_label(f), last = ir_label(f), function = ir_label(f);
	struct rt_loop l;
	/* Loops within the walk's are too many rounds for a verifier that counts them. */
	const uint32_t pointee[] = {frames * WORD, 0, 0, offsetof(struct image_proc, maps),
				    WALK_BYTES};
	int none = c->L->o->target.may_goto ? -1 : rt_open_global(f, pointee);
	rt_unknowns(&p.g, p.work);
	p.n = rt_unknown(&p.g, R(f->params[2]));
	p.frame = rt_unknown(&p.g, R(ir_load(f, p.work, WALK_PYTHON, WORD)));
	/* Whatever goes wrong: there is nothing to go on with. */
	ir_store(f, p.work, WALK_PYTHON, WORD, I(1));
	ir_br(f, IR_EQ, p.frame, I(1), p.done);
	ir_br(f, IR_NE, p.frame, I(0), more);
	find_first(&p, fsbase);
	ir_place(f, more);
	rt_loop_open(&p.g, &l, FRAMES_MAX);
	ir_br(f, IR_EQ, p.frame, I(0), p.done);
	int mark = fetch_at(&p, p.frame, AT(&p, frame_mark), 1, p.done);
	int stand_in = AT(&p, stand_in);
	int frame = ir_copy(f, p.frame);
	ir_mov(f, p.frame, R(fetch_at(&p, frame, AT(&p, frame_previous), WORD, p.done)));
	ir_br(f, IR_EQ, stand_in, I(0), function);
	ir_br(f, IR_EQ, mark, R(stand_in), last);
	ir_mov(f, mark, I(0));
	ir_place(f, function);
	int code = fetch_at(&p, frame, AT(&p, frame_code), WORD, p.done);
	int line = fetch_at(&p, code, AT(&p, code_line), 4, p.done);
	int id = code_id(&p, code, line);
	note_code(&p, code, line, id);
	put_code(&p, id);
	ir_br(f, IR_NE, mark, I(0), last);
	int carried[] = {p.n, p.frame};
	rt_loop_close_blurred(&p.g, &l, ir_label(f), carried, 2);
	ir_place(f, last);
	ir_br(f, IR_EQ, p.frame, I(0), p.done);
	ir_store(f, p.work, WALK_PYTHON, WORD, R(p.frame));
	ir_place(f, p.done);
	ir_ret(f, R(p.n));
	if (none >= 0) {
		ir_place(f, none);
		ir_ret(f, R(f->params[2]));
	}
	return f;
}
