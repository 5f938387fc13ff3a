/*
 * rt_json.c - run-time routine json(): finds one element in JSON text
 *
 * In: the text, and a path such as `a.b[2].c` or `[0].x`. Out: 1 and the element as text in the
 * destination (a string without its quotes, its escapes as they stand; numbers, true, false, null,
 * objects and arrays as they are written), or 0: there is none, or the text is no JSON up to there.
 *
 * The path is first rewritten into the upper half of the destination: elements with byte 1 between
 * them, 0 behind the last. Then one state machine reads one byte a round, of the text or, for array
 * indices, of the path. Keys are compared while they are read; nothing is written before the
 * element sought begins.
 */
#include "dtrace/lower/rt_int.h"

enum state {
	REST,	/* before the outermost { or [ */
	OBJECT, /* before a key */
	STRING,
	ESCAPE,
	UNICODE,
	COLON,
	COMMA,
	VALUE, /* before a value */
	WORD,
	NUMBER,
	FRACTION,
	EXPONENT,
	COLLECT,
	COLLECT_STRING,
	COLLECT_ESCAPE, /* within an object or array that is not entered */
	INDEX,		/* reads an array index from the path */
	DESCEND,	/* finds the next element of the path */
	NSTATES
};

struct json {
	struct rt_loop l;
	int next;	      /* label: end of a round */
	int handler[NSTATES]; /* labels */
	int elems;	      /* pointer to the rewritten path */
	/* carried registers */
	int i, n; /* bytes read; bytes written */
	int state;
	int elem, k; /* path: start of the current element, and where comparison or reading is */
	int term;    /* where it ends; known once `found` or within an array */
	int key;     /* 2: the string is a key equal so far, 1: a key that differs, 0: a value */
	int found;   /* the value that comes is the current element */
	int array, want,
	    seen;      /* within an array; its index sought, and that of the current value */
	int depth;     /* open braces, and open brackets << 32 */
	int word;      /* the last 8 bytes of a bare word, or digits of \u read */
	int opener;    /* of what is descended into */
	int c;	       /* the byte; not carried */
	int fail, yes; /* labels */
};

/* 1 if c == k, else 0, without a branch; both 0..255. */
static int is_char(struct rt_gen *g, int c, int k)
{
	int t = ir_alu(g->f, IR_XOR, c, I(k));

	ir_alu_to(g->f, t, IR_SUB, t, I(1));
	ir_alu_to(g->f, t, IR_SHR, t, I(63));
	return t;
}

/* Rewrites the path; brackets that close, or open the path, vanish. */
static void pack_path(struct rt_gen *g, int path, int elems)
{
	struct ir_func *f = g->f;
	int top = ir_label(f), out = ir_label(f), k = rt_unknown(g, I(0)), n = rt_unknown(g, I(0));
	int c, open, sep, drop, t;

	ir_place(f, top);
	ir_may_goto(f, out, g->size + 1);
	rt_ret_unless(g, IR_ULT, k, I(g->size), I(0));
	rt_ret_unless(g, IR_ULT, n, I(g->size), I(0));
	c = rt_byte(g, path, k);
	open = is_char(g, c, '[');
	sep = ir_alu(f, IR_OR, is_char(g, c, '.'), R(open));
	t = ir_alu(f, IR_SUB, k, I(1)); /* negative at the start */
	ir_alu_to(f, t, IR_SHR, t, I(63));
	drop = ir_alu(f, IR_AND, open, R(t));
	ir_alu_to(f, drop, IR_OR, drop, R(is_char(g, c, ']')));
	t = ir_alu(f, IR_SUB, sep, I(1)); /* all ones keep c, 0 makes it 1 */
	t = ir_alu(f, IR_AND, c, R(t));
	ir_alu_to(f, t, IR_OR, t, R(sep));
	rt_put(g, elems, n, 0, 1, R(t));
	ir_alu_to(f, n, IR_ADD, n, I(1));
	ir_alu_to(f, n, IR_SUB, n, R(drop));
	ir_alu_to(f, k, IR_ADD, k, I(1));
	ir_br(f, IR_NE, c, I(0), top);
	ir_place(f, out);
}

static void go(struct rt_gen *g, struct json *p, enum state s)
{
	ir_mov(g->f, p->state, I(s));
	ir_jmp(g->f, p->next);
}

/* Stays in the state for white space. */
static void skip_space(struct rt_gen *g, struct json *p)
{
	int t = ir_alu(g->f, IR_SUB, p->c, I('\t'));

	ir_br(g->f, IR_EQ, p->c, I(' '), p->next);
	ir_br(g->f, IR_ULE, t, I('\r' - '\t'), p->next);
}

/* The byte belongs to the value: written if it is the one sought. */
static void keep(struct rt_gen *g, struct json *p)
{
	int no = ir_label(g->f);

	ir_br(g->f, IR_EQ, p->found, I(0), no);
	ir_br(g->f, IR_UGE, p->n, I(g->size), p->fail);
	rt_put(g, g->f->params[0], p->n, 0, 1, R(p->c));
	ir_alu_to(g->f, p->n, IR_ADD, p->n, I(1));
	ir_place(g->f, no);
}

static int elem_byte(struct rt_gen *g, struct json *p, int at)
{
	ir_br(g->f, IR_UGE, at, I(g->size), p->fail);
	return rt_byte(g, p->elems, at);
}

/* A value that cannot be entered is complete: the result, if it is the one sought and the path ends
 * here. */
static void scalar_done(struct rt_gen *g, struct json *p)
{
	int go_on = ir_label(g->f);

	ir_br(g->f, IR_EQ, p->found, I(0), go_on);
	ir_br(g->f, IR_EQ, elem_byte(g, p, p->term), I(0), p->yes);
	ir_jmp(g->f, p->fail);
	ir_place(g->f, go_on);
}

static void read_index(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int end = ir_label(f), other = ir_label(f), differs = ir_label(f), c, d;

	ir_place(f, p->handler[INDEX]);
	c = elem_byte(g, p, p->k);
	ir_br(f, IR_ULE, c, I(1), end);
	ir_alu_to(f, p->k, IR_ADD, p->k, I(1));
	ir_br(f, IR_NE, p->word, I(0), p->next); /* behind the number */
	ir_br(f, IR_EQ, c, I(' '), p->next);
	d = ir_alu(f, IR_SUB, c, I('0'));
	ir_br(f, IR_UGT, d, I(9), other);
	ir_alu_to(f, p->want, IR_MUL, p->want, I(10));
	ir_alu_to(f, p->want, IR_ADD, p->want, R(d));
	ir_jmp(f, p->next);
	ir_place(f, other);
	ir_mov(f, p->word, I(1));
	ir_br(f, IR_NE, c, I('-'), p->next);
	ir_mov(f, p->want, I(-1)); /* there is no such element */
	ir_jmp(f, p->next);

	ir_place(f, end);
	ir_mov(f, p->term, R(p->k));
	ir_mov(f, p->seen, I(0));
	ir_mov(f, p->found, I(0));
	ir_br(f, IR_NE, p->want, I(0), differs);
	ir_mov(f, p->found, I(1));
	ir_place(f, differs);
	go(g, p, VALUE);
}

/* Enters what opens with p->opener: the element sought lies within. */
static void enter(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int object = ir_label(f);

	ir_mov(f, p->found, I(0));
	ir_mov(f, p->array, I(0));
	ir_br(f, IR_EQ, p->opener, I('{'), object);
	ir_mov(f, p->array, I(1));
	ir_mov(f, p->want, I(0));
	ir_mov(f, p->word, I(0));
	ir_mov(f, p->k, R(p->elem));
	go(g, p, INDEX);
	ir_place(f, object);
	go(g, p, OBJECT);
}

static void read_start(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int enters = ir_label(f);

	ir_place(f, p->handler[REST]);
	skip_space(g, p);
	ir_mov(f, p->opener, R(p->c));
	ir_br(f, IR_EQ, p->c, I('{'), enters);
	ir_br(f, IR_NE, p->c, I('['), p->fail);
	ir_place(f, enters);
	enter(g, p);

	/* p->term was the end of an element that is not the last */
	ir_place(f, p->handler[DESCEND]);
	ir_alu_to(f, p->elem, IR_ADD, p->term, I(1));
	ir_jmp(f, enters);

	ir_place(f, p->handler[OBJECT]);
	skip_space(g, p);
	ir_br(f, IR_NE, p->c, I('"'), p->fail);
	ir_mov(f, p->key, I(2));
	ir_mov(f, p->k, R(p->elem));
	go(g, p, STRING);
}

/* A byte of a string: of a key it is compared. */
static void string_byte(struct rt_gen *g, struct json *p, int label)
{
	struct ir_func *f = g->f;
	int key = ir_label(f), done = ir_label(f), differs = ir_label(f);

	ir_place(f, label);
	ir_br(f, IR_NE, p->key, I(0), key);
	keep(g, p);
	ir_jmp(f, done);
	ir_place(f, key);
	ir_br(f, IR_NE, elem_byte(g, p, p->k), R(p->c), differs);
	ir_alu_to(f, p->k, IR_ADD, p->k, I(1));
	ir_jmp(f, done);
	ir_place(f, differs);
	ir_mov(f, p->key, I(1));
	ir_mov(f, p->k, I(0));
	ir_place(f, done);
	ir_jmp(f, p->next);
}

static void read_string(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int take = ir_label(f), quote = ir_label(f), no_match = ir_label(f), value = ir_label(f);
	int hex = ir_label(f), plain = ir_label(f), t;

	ir_place(f, p->handler[STRING]);
	ir_br(f, IR_EQ, p->c, I('"'), quote);
	ir_br(f, IR_NE, p->c, I('\\'), take);
	ir_mov(f, p->state, I(ESCAPE));
	ir_jmp(f, take);

	ir_place(f, p->handler[ESCAPE]);
	ir_mov(f, p->state, I(STRING));
	ir_br(f, IR_NE, p->c, I('u'), take);
	ir_mov(f, p->state, I(UNICODE));
	ir_mov(f, p->word, I(0));
	ir_jmp(f, take);

	ir_place(f, p->handler[UNICODE]);
	ir_br(f, IR_ULE, ir_alu(f, IR_SUB, p->c, I('0')), I(9), hex);
	t = ir_alu(f, IR_OR, p->c, I(0x20));
	ir_br(f, IR_UGT, ir_alu(f, IR_SUB, t, I('a')), I(5), p->fail);
	ir_place(f, hex);
	ir_alu_to(f, p->word, IR_ADD, p->word, I(1));
	ir_br(f, IR_NE, p->word, I(4), plain);
	ir_mov(f, p->state, I(STRING));
	ir_place(f, plain);
	string_byte(g, p, take);

	ir_place(f, quote);
	ir_br(f, IR_EQ, p->key, I(0), value);
	ir_br(f, IR_NE, p->key, I(2), no_match);
	ir_br(f, IR_UGT, elem_byte(g, p, p->k), I(1), no_match);
	ir_mov(f, p->found, I(1));
	ir_mov(f, p->term, R(p->k));
	ir_place(f, no_match);
	ir_mov(f, p->key, I(0));
	go(g, p, COLON);
	ir_place(f, value);
	scalar_done(g, p);
	go(g, p, COMMA);
}

static void read_between(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int object = ir_label(f);

	ir_place(f, p->handler[COLON]);
	skip_space(g, p);
	ir_br(f, IR_NE, p->c, I(':'), p->fail);
	go(g, p, VALUE);

	/* The element has not been seen: what closes here cannot have it. */
	ir_place(f, p->handler[COMMA]);
	ir_mov(f, p->state, I(COMMA));
	skip_space(g, p);
	ir_br(f, IR_NE, p->c, I(','), p->fail);
	ir_mov(f, p->state, I(OBJECT));
	ir_br(f, IR_EQ, p->array, I(0), object);
	ir_mov(f, p->state, I(VALUE));
	ir_alu_to(f, p->seen, IR_ADD, p->seen, I(1));
	ir_br(f, IR_NE, p->seen, R(p->want), object);
	ir_mov(f, p->found, I(1));
	ir_place(f, object);
	ir_jmp(f, p->next);
}

static void read_word(struct rt_gen *g, struct json *p)
{
	static const int64_t words[] = {0x74727565, 0x66616c7365, 0x6e756c6c}; /* true false null */
	struct ir_func *f = g->f;
	int good = ir_label(f), end = ir_label(f), t;

	ir_place(f, p->handler[WORD]);
	t = ir_alu(f, IR_SUB, p->c, I('a'));
	ir_br(f, IR_UGT, t, I(25), end);
	ir_alu_to(f, p->word, IR_SHL, p->word, I(8));
	ir_alu_to(f, p->word, IR_OR, p->word, R(p->c));
	keep(g, p);
	ir_jmp(f, p->next);
	ir_place(f, end);
	for (int i = 0; i < 3; i++)
		ir_br(f, IR_EQ, p->word, R(ir_imm(f, words[i])), good);
	ir_jmp(f, p->fail);
	ir_place(f, good);
	scalar_done(g, p);
	ir_jmp(f, p->handler[COMMA]); /* the byte behind counts */
}

static void read_number(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int take = ir_label(f), point = ir_label(f), letter = ir_label(f), t;

	ir_place(f, p->handler[NUMBER]);
	ir_br(f, IR_EQ, p->c, I('.'), point);
	t = ir_alu(f, IR_OR, p->c, I(0x20));
	ir_br(f, IR_EQ, t, I('x'), p->fail);
	ir_place(f, p->handler[FRACTION]);
	t = ir_alu(f, IR_OR, p->c, I(0x20));
	ir_br(f, IR_EQ, t, I('e'), letter);
	ir_br(f, IR_EQ, p->c, I('+'), p->fail);
	ir_br(f, IR_EQ, p->c, I('-'), p->fail);
	ir_place(f, p->handler[EXPONENT]);
	ir_br(f, IR_ULE, ir_alu(f, IR_SUB, p->c, I('0')), I(9), take);
	ir_br(f, IR_EQ, p->c, I('+'), take);
	ir_br(f, IR_EQ, p->c, I('-'), take);
	scalar_done(g, p);
	ir_jmp(f, p->handler[COMMA]);
	ir_place(f, point);
	ir_mov(f, p->state, I(FRACTION));
	ir_jmp(f, take);
	ir_place(f, letter);
	ir_mov(f, p->state, I(EXPONENT));
	ir_place(f, take);
	keep(g, p);
	ir_jmp(f, p->next);
}

static void read_value(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int nested = ir_label(f), string = ir_label(f), word = ir_label(f), number = ir_label(f);
	int collect = ir_label(f), t;

	ir_place(f, p->handler[VALUE]);
	skip_space(g, p);
	ir_br(f, IR_EQ, p->c, I('"'), string);
	ir_br(f, IR_EQ, p->c, I('{'), nested);
	ir_br(f, IR_EQ, p->c, I('['), nested);
	ir_br(f, IR_EQ, p->c, I('-'), number);
	ir_br(f, IR_ULE, ir_alu(f, IR_SUB, p->c, I('0')), I(9), number);
	t = ir_alu(f, IR_SUB, p->c, I('a'));
	ir_br(f, IR_ULE, t, I(25), word);
	ir_jmp(f, p->fail);

	ir_place(f, string);
	ir_mov(f, p->key, I(0));
	go(g, p, STRING);
	ir_place(f, word);
	ir_mov(f, p->word, I(0));
	ir_mov(f, p->state, I(WORD));
	ir_jmp(f, p->handler[WORD]);
	ir_place(f, number);
	ir_mov(f, p->state, I(NUMBER));
	keep(g, p);
	ir_jmp(f, p->next);

	ir_place(f, nested);
	ir_mov(f, p->depth, I(0));
	ir_mov(f, p->state, I(COLLECT));
	ir_br(f, IR_EQ, p->found, I(0), collect);
	ir_br(f, IR_EQ, elem_byte(g, p, p->term), I(0), collect);
	ir_mov(f, p->opener, R(p->c));
	go(g, p, DESCEND);
	ir_place(f, collect);
	ir_jmp(f, p->handler[COLLECT]);
}

static void read_nested(struct rt_gen *g, struct json *p)
{
	struct ir_func *f = g->f;
	int brace = ir_label(f), unbrace = ir_label(f), bracket = ir_label(f);
	int unbracket = ir_label(f), closed = ir_label(f), string = ir_label(f), t;
	int one = ir_label(f), outside = ir_label(f), escape = ir_label(f), wide;

	ir_place(f, p->handler[COLLECT]);
	keep(g, p);
	ir_br(f, IR_EQ, p->c, I('"'), string);
	ir_br(f, IR_EQ, p->c, I('{'), brace);
	ir_br(f, IR_EQ, p->c, I('['), bracket);
	ir_br(f, IR_EQ, p->c, I('}'), unbrace);
	ir_br(f, IR_EQ, p->c, I(']'), unbracket);
	ir_jmp(f, p->next);
	ir_place(f, string);
	go(g, p, COLLECT_STRING);
	ir_place(f, brace);
	ir_alu_to(f, p->depth, IR_ADD, p->depth, I(1));
	ir_jmp(f, p->next);
	ir_place(f, bracket);
	wide = ir_imm(f, 1LL << 32);
	ir_alu_to(f, p->depth, IR_ADD, p->depth, R(wide));
	ir_jmp(f, p->next);
	ir_place(f, unbracket);
	ir_br(f, IR_EQ, ir_alu(f, IR_SHR, p->depth, I(32)), I(0), p->fail);
	wide = ir_imm(f, -(1LL << 32));
	ir_alu_to(f, p->depth, IR_ADD, p->depth, R(wide));
	ir_jmp(f, closed);
	ir_place(f, unbrace);
	t = ir_unary(f, IR_ZEXT, p->depth, 4);
	ir_br(f, IR_EQ, t, I(0), p->fail);
	ir_alu_to(f, p->depth, IR_SUB, p->depth, I(1));
	ir_place(f, closed);
	ir_br(f, IR_NE, p->depth, I(0), p->next);
	ir_br(f, IR_NE, p->found, I(0), p->yes);
	go(g, p, COMMA);

	ir_place(f, p->handler[COLLECT_STRING]);
	keep(g, p);
	ir_br(f, IR_EQ, p->c, I('\\'), escape);
	ir_br(f, IR_EQ, p->c, I('"'), outside);
	ir_jmp(f, p->next);
	ir_place(f, escape);
	go(g, p, COLLECT_ESCAPE);
	ir_place(f, p->handler[COLLECT_ESCAPE]);
	keep(g, p);
	ir_mov(f, p->state, I(COLLECT_STRING));
	ir_jmp(f, p->next);
	ir_place(f, outside);
	ir_mov(f, p->state, I(COLLECT));
	ir_place(f, one);
	ir_jmp(f, p->next);
}

static void start(struct rt_gen *g, struct json *p)
{
	int *const carried[] = {&p->i,	  &p->n,     &p->state, &p->elem,  &p->k,
				&p->term, &p->key,   &p->found, &p->array, &p->want,
				&p->seen, &p->depth, &p->word,	&p->opener};

	for (size_t i = 0; i < sizeof(carried) / sizeof(*carried); i++)
		*carried[i] = rt_unknown(g, I(0));
	p->next = ir_label(g->f);
	for (int s = 0; s < NSTATES; s++)
		p->handler[s] = ir_label(g->f);
	p->fail = ir_label(g->f);
	p->yes = ir_label(g->f);
}

void rt_gen_json(struct rt_gen *g)
{
	/* the states that read text, those first that it passes most often */
	static const enum state order[] = {
	    STRING,   COLLECT,	      VALUE,  COMMA,   OBJECT,	       COLON, NUMBER,  WORD,
	    FRACTION, COLLECT_STRING, ESCAPE, UNICODE, COLLECT_ESCAPE, REST,  EXPONENT};
	struct ir_func *f = g->f;
	struct json p;

	rt_unknowns(g, f->params[1]);
	p.elems = ir_alu(f, IR_ADD, f->params[0], I(RT_ROUND(g)));
	pack_path(g, f->params[2], p.elems);
	start(g, &p);
	rt_loop_open(g, &p.l, rt_rounds(g->size + g->size / 4 + 32, 1100));
	ir_br(f, IR_EQ, p.state, I(INDEX), p.handler[INDEX]);
	ir_br(f, IR_EQ, p.state, I(DESCEND), p.handler[DESCEND]);
	ir_br(f, IR_UGE, p.i, I(g->size), p.fail);
	p.c = rt_byte(g, f->params[1], p.i);
	ir_br(f, IR_EQ, p.c, I(0), p.fail);
	ir_alu_to(f, p.i, IR_ADD, p.i, I(1));
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		ir_br(f, IR_EQ, p.state, I(order[i]), p.handler[order[i]]);
	ir_jmp(f, p.fail);
	read_start(g, &p);
	read_string(g, &p);
	read_between(g, &p);
	read_word(g, &p);
	read_number(g, &p);
	read_value(g, &p);
	read_nested(g, &p);
	read_index(g, &p);

	rt_loop_close_blurred(g, &p.l, p.next, (int[]){p.i, p.n, p.state, p.k}, 4);
	ir_place(f, p.fail);
	ir_store(f, f->params[0], 0, 1, I(0));
	ir_ret(f, I(0));
	ir_place(f, p.yes);
	rt_cap(g, p.n, I(g->size - 1));
	rt_put(g, f->params[0], p.n, 0, 1, I(0));
	ir_ret(f, I(1));
}
