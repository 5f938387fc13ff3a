/*
 * action.c - statements, and the records that actions leave in the principal buffer
 *
 * A clause is cut into segments at if/else: each straight piece that records is one record of fixed
 * layout (plan_seg). The record is reserved at its first recording action, filled in place, and
 * committed at the end of the piece, or aborted by a fault.
 */
#include "dtrace/lower/lower_int.h"

#include <stddef.h>
#include <string.h>

/* ---- records ---- */

static void new_segment(struct lw *c)
{
	struct plan *p = c->L->plan;
	c->seg = (int)p->segs.n;
	struct plan_seg *s = vec_push(&p->segs, c->L->a);
	*s = (struct plan_seg){.id = (uint32_t)c->seg,
			       .epid = lw_epid(c),
			       .bytes = IMAGE_REC_DATA,
			       .line = c->clause->ast->src.line,
			       .is_begin_or_end =
				   !c->is_error_func && c->site->site.attach == ATTACH_CALLED};
	s->is_end = s->is_begin_or_end && strcmp(c->group->probes[0]->name, "END") == 0;
}

static struct plan_seg *segment(struct lw *c)
{
	return &c->L->plan->segs.at[c->seg];
}

/* A speculation has a limit of its own. spec: register with its number, from 1; it becomes 0, which
 * the consumer throws away, when the record does not fit. The clause goes on either way. */
static void reserve_speculative(struct lw *c, int spec)
{
	struct ir_func *f = c->f;
	int ok = ir_label(f), done = ir_label(f);
	ir_br(f, IR_EQ, spec, IRV_IMM(0), done);
	int slot = ir_mapval(f, IMAGE_MAP_GLOB, (uint32_t)offsetof(struct image_state, spec) - 4);
	int at = ir_alu(f, IR_ADD, slot, IRV_REG(ir_alu(f, IR_MUL, spec, IRV_IMM(8))));
	int filled = ir_load(f, at, 0, 4);
	c->patch_spec_room = f->insns.n;
	ir_br(f, IR_ULE, filled, IRV_IMM(0), ok);
	lw_count(c, offsetof(struct image_state, spec_drops));
	ir_mov(f, spec, IRV_IMM(0));
	ir_jmp(f, done);
	ir_place(f, ok);
	c->patch_spec = f->insns.n;
	ir_atomic_add(f, at, 0, 4, IRV_REG(ir_imm(f, 0)));
	ir_place(f, done);
}

/* Makes room for a record whose size is known only when the segment ends; lw_record_commit()
 * patches it in. */
static void reserve(struct lw *c)
{
	struct ir_func *f = c->f;
	int bufp = lw_bufp(c), room = ir_label(f);
	ir_comment(f, "reserve a record");
	int head = ir_load(f, bufp, IMAGE_BUF_HEAD, 8), tail = ir_load(f, bufp, IMAGE_BUF_TAIL, 8);
	int used = ir_alu(f, IR_SUB, head, IRV_REG(tail));
	c->patch_room = f->insns.n;
	ir_br(f, IR_SLE, used, IRV_IMM(0), room);
	ir_atomic_add(f, bufp, IMAGE_BUF_DROPS, 8, IRV_IMM(1));
	ir_jmp(f, lw_out_of_clause(c));
	ir_place(f, room);
	if (c->spec_id >= 0)
		reserve_speculative(c, c->spec_id);
	c->patch_add = f->insns.n; /* the constant */
	int size = ir_imm(f, 0);
	if (c->L->ring_shared) {
		c->pos = ir_fetch_add(f, bufp, IMAGE_BUF_HEAD, 8, IRV_REG(size));
	} else {
		c->pos = head;
		ir_store(f, bufp, IMAGE_BUF_HEAD, 8,
			 IRV_REG(ir_alu(f, IR_ADD, head, IRV_REG(size))));
	}
	int off = ir_alu(f, IR_AND, c->pos, IRV_IMM(c->L->ring_bytes - 1));
	c->rec = ir_alu(f, IR_ADD, ir_alu(f, IR_ADD, bufp, IRV_REG(off)), IRV_IMM(IMAGE_BUF_DATA));
	/* The stamp that puts the records of all CPUs in order. */
	int stamp =
	    c->L->img->stamp_clock
		? lw_timestamp(c)
		: ir_fetch_add(f, ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, seq)),
			       0, 8, IRV_IMM(1));
	ir_store(f, c->rec, IMAGE_REC_STAMP, 8, IRV_REG(stamp));
	ir_store(f, c->rec, IMAGE_REC_SEG, 4, IRV_IMM(c->seg));
	/* A fault is the fault of the probe that was firing. */
	int probe = c->seg == (int)c->L->error_seg ? c->err_args[5] : lw_probe_id(c);
	ir_store(f, c->rec, IMAGE_REC_PROBE, 4, IRV_REG(probe));
}

static uint32_t field(struct lw *c, uint32_t bytes, uint32_t align)
{
	c->rec_off = (c->rec_off + align - 1) / align * align;
	uint32_t at = c->rec_off;
	c->rec_off += bytes;
	return at;
}

static void begin_action(struct lw *c)
{
	c->action_no++;
	c->action_at = c->f->insns.n;
}

static struct plan_action *add_action(struct lw *c, enum plan_act act)
{
	struct plan_action *a = vec_push(&segment(c)->actions, c->L->a);
	a->act = act;
	return a;
}

static void record_begin(struct lw *c)
{
	if (c->seg >= 0)
		return;
	lw_fault_scope(c);
	new_segment(c);
	reserve(c);
	c->rec_off = IMAGE_REC_DATA;
	if (c->spec_id >= 0) {
		struct plan_action *a = add_action(c, PACT_SPECULATE);
		uint32_t at = field(c, 8, 8);
		*vec_push(&a->recs, c->L->a) =
		    (struct plan_rec){.enc = ENC_INT, .offset = at, .size = 8, .d_bytes = 8};
		ir_store(c->f, c->rec, (int32_t)at, 4, IRV_REG(c->spec_id));
		ir_store(c->f, c->rec, (int32_t)at + 4, 4, IRV_REG(c->spec_state));
	}
}

void lw_error_record(struct lw *c)
{
	c->seg = (int)c->L->error_seg;
	c->spec_id = -1;
	reserve(c);
	c->rec_off = segment(c)->bytes;
}

static void patch_size(struct lw *c, uint32_t bytes)
{
	struct ir_insn *in = c->f->insns.at;
	int64_t room = (int64_t)c->L->ring_bytes - c->L->ring_slack - bytes;
	uint32_t classic = plan_seg_dtrace_bytes(segment(c));
	if (c->spec_id < 0 && classic > c->L->record_max)
		room = -1;
	else if (c->L->ring_exact && classic) {
		/* So many of them fit DTrace's buffer. */
		int64_t last = ((int64_t)(c->L->record_max / classic) - 1) * bytes;
		room = last < room ? last : room;
	}
	in[c->patch_room].b.imm = room; /* negative: never fits, always a drop */
	in[c->patch_add].imm = bytes;
	if (c->spec_id >= 0) {
		int64_t spec_room = (int64_t)c->L->specsize - classic;
		in[c->patch_spec_room].cond = spec_room < 0 ? IR_ULT : IR_ULE;
		in[c->patch_spec_room].b.imm = spec_room < 0 ? 0 : spec_room;
		in[c->patch_spec].imm = classic;
	}
}

void lw_record_commit(struct lw *c)
{
	uint32_t bytes = (c->rec_off + 7) & ~7u;
	segment(c)->bytes = bytes;
	if (bytes > c->L->max_rec)
		c->L->max_rec = bytes;
	patch_size(c, bytes);
	ir_comment(c->f, "commit");
	ir_store(c->f, c->rec, IMAGE_REC_COMMIT, 8,
		 IRV_REG(ir_alu(c->f, IR_ADD, c->pos, IRV_IMM(1))));
	lw_fault_scope(c);
	c->seg = -1;
}

void lw_record_abort(struct lw *c)
{
	int done = ir_alu(c->f, IR_ADD, c->pos, IRV_IMM(1));
	int mark = ir_alu(c->f, IR_OR, done, IRV_REG(ir_imm(c->f, INT64_MIN)));
	ir_store(c->f, c->rec, IMAGE_REC_COMMIT, 8, IRV_REG(mark));
}

void lw_default_action(struct lw *c)
{
	record_begin(c);
	add_action(c, PACT_DEFAULT);
}

/* ---- values in records ---- */

static struct place rec_place(struct lw *c, uint32_t off)
{
	return (struct place){.kind = P_DIRECT, .reg = c->rec, .off = (int32_t)off};
}

static struct plan_rec put_string(struct lw *c, struct val v)
{
	struct plan_rec r = {.enc = ENC_STRID, .size = 4, .d_bytes = c->L->strsize, .type = v.type};
	if (v.str == S_LIT || v.str == S_ID) {
		r.offset = field(c, 4, 4);
		struct ir_val id =
		    v.str == S_LIT ? IRV_IMM(string_id(c->L, v.lit)) : IRV_REG(v.reg);
		ir_store(c->f, c->rec, (int32_t)r.offset, 4, id);
		return r;
	}
	r.enc = ENC_STR;
	r.size = v.str == S_COMM ? 16 : v.cap;
	r.offset = field(c, (r.size + 7) & ~7u, 8);
	str_copy(c, rec_place(c, r.offset), r.size, v);
	return r;
}

static struct plan_rec put_int(struct lw *c, struct val v, struct type *t, uint32_t bytes)
{
	struct plan_rec r = {.enc = ENC_INT, .size = bytes, .d_bytes = bytes, .type = t};
	r.is_signed = type_is_int(t) && type_is_signed(t);
	r.offset = field(c, bytes, bytes);
	ir_store(c->f, c->rec, (int32_t)r.offset, bytes, val_op(c, v));
	return r;
}

static struct plan_rec put_bytes(struct lw *c, struct place p, struct type *t, uint32_t bytes)
{
	struct plan_rec r = {.enc = ENC_BYTES, .size = bytes, .d_bytes = bytes, .type = t};
	r.offset = field(c, (bytes + 7) & ~7u, 8);
	lw_copy(c, rec_place(c, r.offset), p, bytes);
	return r;
}

/* Evaluates n into the record as its type demands. */
static struct plan_rec put(struct lw *c, struct node *n, bool as_string)
{
	if (lw_is_copyinstr(n)) {
		struct plan_rec r = {.enc = ENC_STR,
				     .size = c->L->strsize,
				     .d_bytes = c->L->strsize,
				     .type = n->type};
		r.offset = field(c, (r.size + 7) & ~7u, 8);
		lw_copyinstr_into(c, n, rec_place(c, r.offset), r.size);
		return r;
	}
	if (type_is_string(n->type) || (as_string && type_resolve(n->type)->kind == TYPE_ARRAY))
		return put_string(c, lw_str(c, n));
	struct val v = lw_expr(c, n);
	if (v.kind == V_STR)
		return put_string(c, v);
	if (v.kind == V_MEM)
		return put_bytes(c, v.place, n->type, (uint32_t)type_size(n->type));
	uint64_t size = type_size(n->type);
	return put_int(c, v, n->type, size == 1 || size == 2 || size == 4 ? (uint32_t)size : 8);
}

static struct plan_rec put_int64(struct lw *c, struct node *n)
{
	struct val v = lw_expr(c, n);
	return put_int(c, v, types_int(c->L->ts, 8, true), 8);
}

static void push_rec(struct lw *c, size_t action, struct plan_rec r)
{
	*vec_push(&segment(c)->actions.at[action].recs, c->L->a) = r;
}

/* ---- actions ---- */

/* stack(), usym() and the like: the representation that keys have. */
static bool put_symbolic(struct lw *c, struct node *n)
{
	struct rep r = rep_of(c->L, n);
	static const enum plan_enc enc[] = {[REP_KSTACK] = ENC_KSTACK,
					    [REP_USTACK] = ENC_USTACK,
					    [REP_KADDR] = ENC_KADDR,
					    [REP_UADDR] = ENC_UADDR};
	if (r.kind < REP_KSTACK)
		return false;
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, (enum plan_act)r.act);
	struct plan_rec rec = {.enc = enc[r.kind],
			       .size = r.bytes,
			       .d_bytes = r.bytes,
			       .action = r.act,
			       .type = n->type,
			       .arg = r.frames | (uint64_t)r.strsize << 32};
	rec.offset = field(c, r.bytes, 8);
	lw_key_store(c, &r, n, rec_place(c, rec.offset));
	push_rec(c, at, rec);
	return true;
}

static void act_trace(struct lw *c, struct node *call)
{
	struct node *arg = call->kids[0];
	if (arg->kind == NODE_CALL && put_symbolic(c, arg))
		return;
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, PACT_TRACE);
	push_rec(c, at, put(c, arg, false));
}

/* printf(), system(), freopen(): a format and its arguments. */
static void act_format(struct lw *c, struct node *call, enum plan_act act)
{
	record_begin(c);
	size_t at = segment(c)->actions.n;
	struct plan_action *a = add_action(c, act);
	struct node *fmt = call->kids[0];
	a->format = fmt->kind == NODE_STRING ? arena_strndup(c->L->a, fmt->sval, fmt->slen) : "%s";
	for (uint32_t i = fmt->kind == NODE_STRING; i < call->nkids; i++) {
		struct node *k = call->kids[i];
		struct rep r = k->kind == NODE_CALL && k->ident ? rep_of(c->L, k) : (struct rep){0};
		if (i > 1) /* each value counts as an action */
			begin_action(c);
		if (r.kind >= REP_KSTACK) {
			struct plan_rec rec = {.enc = r.kind == REP_KSTACK   ? ENC_KSTACK
						      : r.kind == REP_USTACK ? ENC_USTACK
						      : r.kind == REP_KADDR  ? ENC_KADDR
									     : ENC_UADDR,
					       .size = r.bytes,
					       .d_bytes = r.bytes,
					       .action = r.act,
					       .type = k->type,
					       .arg = r.frames | (uint64_t)r.strsize << 32};
			rec.offset = field(c, r.bytes, 8);
			lw_key_store(c, &r, k, rec_place(c, rec.offset));
			push_rec(c, at, rec);
			continue;
		}
		push_rec(c, at, put(c, k, true));
	}
}

static void act_aggs(struct lw *c, struct node *call, enum plan_act act)
{
	record_begin(c);
	size_t at = segment(c)->actions.n;
	struct plan_action *a = add_action(c, act);
	for (uint32_t i = 0; i < call->nkids; i++) {
		struct node *k = call->kids[i];
		if (k->kind == NODE_AGG)
			*vec_push(&a->aggs, c->L->a) = agg_plan(c->L, k->ident->agg);
		else if (k->kind == NODE_STRING && act == PACT_PRINTA)
			a->format = arena_strndup(c->L->a, k->sval, k->slen);
		else
			push_rec(c, at, put_int64(c, k));
	}
}

static void act_tracemem(struct lw *c, struct node *call)
{
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, PACT_TRACEMEM);
	struct val v = lw_expr(c, call->kids[0]);
	uint32_t bytes = (uint32_t)call->kids[1]->ival;
	struct place src = v.place.kind == P_DIRECT || v.kind == V_MEM
			       ? v.place
			       : (struct place){.kind = call->kids[0]->is_user ? P_USER : P_KERN,
						.reg = val_reg(c, v)};
	struct plan_rec r = put_bytes(c, src, call->kids[0]->type, bytes);
	r.arg = bytes;
	push_rec(c, at, r);
	if (call->nkids > 2)
		push_rec(c, at, put_int64(c, call->kids[2]));
}

/* A number of a struct sk_buff. */
static int packet_field(struct lw *c, int skb, const char *field_name, uint32_t bytes)
{
	uint32_t off = 0;
	kernel_offset(c->L, "sk_buff", field_name, &off);
	struct place p = {.kind = P_KERN, .reg = skb, .off = (int32_t)off};
	return val_reg(c, lw_load(c, p, types_int(c->L->ts, bytes, false)));
}

/* Where a packet of the protocol begins: at the header of its kind, which a probe's data may not have come to yet or be past. */
static int packet_begin(struct lw *c, int skb, struct node *protocol, int data)
{
	enum { LINK_ETHERNET = 1, LINK_IP = 101, NO_HEADER = 0xffff };
	static const struct {
		int link_type;
		const char *header;
	} kinds[] = {{LINK_ETHERNET, "mac_header"}, {LINK_IP, "network_header"}};
	struct ir_func *f = c->f;
	int type = lw_int(c, protocol), begin = ir_copy(f, data);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		int other = ir_label(f);
		ir_br(f, IR_NE, type, IRV_IMM(kinds[i].link_type), other);
		int header = packet_field(c, skb, kinds[i].header, 2);
		ir_br(f, IR_EQ, header, IRV_IMM(NO_HEADER), other);
		int head = packet_field(c, skb, "head", 8);
		ir_mov(f, begin, IRV_REG(ir_alu(f, IR_ADD, head, IRV_REG(header))));
		ir_place(f, other);
	}
	return begin;
}

/* Captured bytes from begin on. */
static struct plan_rec put_packet(struct lw *c, int begin, int captured)
{
	struct plan_rec r = {.enc = ENC_BYTES,
			     .size = c->L->pcap_bytes,
			     .d_bytes = c->L->pcap_bytes,
			     .type = types_void(c->L->ts)};
	r.offset = field(c, (r.size + 7) & ~7u, 8);
	int to = lw_addr_of(c, rec_place(c, r.offset));
	int failed = ir_call(c->f, H_PROBE_READ_KERNEL,
			     IR_CALL_ARGS(IRV_REG(to), IRV_REG(captured), IRV_REG(begin)));
	lw_fault_if(c, IR_SLT, failed, IRV_IMM(0), FLT_BADADDR, IRV_REG(begin));
	return r;
}

/* The part of a packet that lies in one piece: pages that hang from it are not read. */
static void act_pcap(struct lw *c, struct node *call)
{
	struct ir_func *f = c->f;
	struct type *t = types_int(c->L->ts, 8, true);
	uint32_t off;
	if (!kernel_offset(c->L, "sk_buff", "data_len", &off)) {
		lw_fail(c, call->src, "D_ACT_SPEC",
			"pcap( ) cannot be enabled: the kernel's types are not available (%s)",
			feature_remedy(FEAT_BTF));
		return;
	}
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, PACT_PCAP);
	int skb = ir_copy(f, val_reg(c, lw_expr(c, call->kids[0])));
	struct plan_rec protocol = put_int64(c, call->kids[1]);
	int data = packet_field(c, skb, "data", 8);
	int begin = packet_begin(c, skb, call->kids[1], data);
	int before = ir_alu(f, IR_SUB, data, IRV_REG(begin));
	int len = ir_alu(f, IR_ADD, packet_field(c, skb, "len", 4), IRV_REG(before));
	int captured =
	    ir_copy(f, ir_alu(f, IR_SUB, len, IRV_REG(packet_field(c, skb, "data_len", 4))));
	int fits = ir_label(f);
	ir_br(f, IR_ULE, captured, IRV_IMM(c->L->pcap_bytes), fits);
	ir_mov(f, captured, IRV_IMM(c->L->pcap_bytes));
	ir_place(f, fits);
	push_rec(c, at, put_packet(c, begin, captured));
	push_rec(c, at, put_int(c, val_of(t, captured), t, 8));
	push_rec(c, at, put_int(c, val_of(t, len), t, 8));
	push_rec(c, at, put_int(c, lw_walltimestamp(c, t), t, 8));
	push_rec(c, at, protocol);
}

static void act_print(struct lw *c, struct node *call)
{
	record_begin(c);
	size_t at = segment(c)->actions.n;
	struct node *arg = call->kids[0];
	add_action(c, PACT_PRINT);
	if (type_size(arg->type) <= c->L->print_bytes || type_is_scalar(arg->type) ||
	    type_is_string(arg->type)) {
		push_rec(c, at, put(c, arg, false));
		return;
	}
	struct val v = lw_expr(c, arg); /* its beginning */
	push_rec(c, at, put_bytes(c, v.place, arg->type, (uint32_t)c->L->print_bytes));
}

static void act_exit(struct lw *c, struct node *call)
{
	struct ir_func *f = c->f;
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, PACT_EXIT);
	struct val v = val_convert(c, lw_expr(c, call->kids[0]), types_int(c->L->ts, 4, true));
	push_rec(c, at, put_int(c, v, types_int(c->L->ts, 4, true), 4));
	int status = ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, exit_status));
	ir_store(f, status, 0, 4, val_op(c, v));
	int exiting = ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, exiting));
	ir_store(f, exiting, 0, 4, IRV_IMM(1));
	int act = ir_mapval(f, IMAGE_MAP_GLOB, offsetof(struct image_state, activity));
	ir_store(f, act, 0, 4, IRV_IMM(ACT_DRAINING));
}

/* Register with the number when it names an active speculation; jumps to `no` otherwise. */
static int active_speculation(struct lw *c, struct node *n, int no)
{
	struct ir_func *f = c->f;
	int id = ir_copy(f, lw_int(c, n));
	ir_br(f, IR_EQ, id, IRV_IMM(0), no);
	ir_br(f, IR_UGT, id, IRV_IMM(c->L->nspec), no);
	return id;
}

static int spec_slot(struct lw *c, int id)
{
	int slot =
	    ir_mapval(c->f, IMAGE_MAP_GLOB, (uint32_t)offsetof(struct image_state, spec) - 8);
	return ir_alu(c->f, IR_ADD, slot, IRV_REG(ir_alu(c->f, IR_MUL, id, IRV_IMM(8))));
}

/* Leaves at `no` unless the speculation is active; its state. */
static int active_state(struct lw *c, int slot, int no)
{
	int state = ir_load(c->f, slot, 0, 4);
	ir_br(c->f, IR_EQ, ir_alu(c->f, IR_AND, state, IRV_IMM(1)), IRV_IMM(0), no);
	return state;
}

/* From here on the clause's data goes to the speculation; with none active it is discarded in
 * silence, though all else in the clause is done. */
static void act_speculate(struct lw *c, struct node *call)
{
	struct ir_func *f = c->f;
	int none = ir_label(f), spec = ir_imm(f, 0), in = ir_imm(f, 0);
	struct cache saved = lw_cond_enter(c);
	int id = active_speculation(c, call->kids[0], none);
	int state = active_state(c, spec_slot(c, id), none);
	ir_mov(f, spec, IRV_REG(id));
	ir_mov(f, in, IRV_REG(state));
	lw_cond_leave(c, saved);
	ir_place(f, none);
	c->spec_id = spec;
	c->spec_state = in;
	record_begin(c);
}

/* The speculation is free at once: its generation tells its records from those of the next one, and
 * the consumer meets this record in between. */
static void act_settle(struct lw *c, struct node *call, enum plan_act act)
{
	struct ir_func *f = c->f;
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, act);
	int out = ir_imm(f, 0), none = ir_label(f);
	struct cache saved = lw_cond_enter(c);
	int id = active_speculation(c, call->kids[0], none);
	int slot = spec_slot(c, id), state = active_state(c, slot, none);
	int after = ir_alu(f, IR_ADD, state, IRV_IMM(1));
	int old =
	    ir_unary(f, IR_ZEXT, ir_cmpxchg(f, slot, 0, 4, IRV_REG(state), IRV_REG(after)), 4);
	ir_br(f, IR_NE, old, IRV_REG(state), none);
	ir_mov(f, out,
	       IRV_REG(ir_alu(f, IR_OR, ir_alu(f, IR_SHL, state, IRV_IMM(32)), IRV_REG(id))));
	lw_cond_leave(c, saved);
	ir_place(f, none);
	struct type *t = types_int(c->L->ts, 8, false);
	push_rec(c, at, put_int(c, val_of(t, out), t, 8));
}

static void act_signal(struct lw *c, struct ir_val sig)
{
	ir_call(c->f, H_SEND_SIGNAL, 1, &sig);
}

/* The turns of bpf_loop(): chill_turn(index, &until), 1 ends them. */
static const struct ir_func *chill_turn(struct lw *c)
{
	if (c->chill_turn)
		return c->chill_turn;
	struct ir_func *f = ir_func_new(c->u, "chill_turn", 2);
	int over = ir_label(f), now = ir_call(f, H_KTIME_GET_NS, 0, NULL);
	ir_br(f, IR_UGE, now, IRV_REG(ir_load(f, f->params[1], 0, 8)), over);
	ir_ret(f, IRV_IMM(0));
	ir_place(f, over);
	ir_ret(f, IRV_IMM(1));
	return c->chill_turn = f;
}

/* By the kernel's own turns, for a loop of the program's (may_goto) ends after a quarter of a second; a second lot where the first is used up
 * too soon. */
static void spin(struct lw *c, int until)
{
	enum { H_LOOP = 181, TURNS_MAX = 1 << 23, LOTS = 2 };
	struct ir_func *f = c->f;
	int at = ir_frame(f, 8, 8);
	ir_store(f, ir_frame_addr(f, at, 0), 0, 8, IRV_REG(until));
	for (int i = 0; i < LOTS; i++)
		ir_call(f, H_LOOP,
			IR_CALL_ARGS(IRV_IMM(TURNS_MAX), IRV_REG(ir_funcaddr(f, chill_turn(c))),
				     IRV_REG(ir_frame_addr(f, at, 0)), IRV_IMM(0)));
}

/* Spins for the given time: on each CPU at most half a second of every second, as dtrace allows, over all clauses. What it
 * is afterwards is another time: the clause has spent it. */
static void act_chill(struct lw *c, struct node *call)
{
	struct ir_func *f = c->f;
	enum { MAX_NS = 500000000, INTERVAL_NS = 1000000000 };
	int ns = ir_copy(f, lw_int(c, call->kids[0])), bufp = lw_bufp(c), same = ir_label(f);
	int now = ir_call(f, H_KTIME_GET_NS, 0, NULL);
	int since = ir_load(f, bufp, IMAGE_BUF_CHILL_SINCE, 8);
	ir_br(f, IR_ULE, ir_alu(f, IR_SUB, now, IRV_REG(since)), IRV_IMM(INTERVAL_NS), same);
	ir_store(f, bufp, IMAGE_BUF_CHILL_SINCE, 8, IRV_REG(now));
	ir_store(f, bufp, IMAGE_BUF_CHILLED, 8, IRV_IMM(0));
	ir_place(f, same);
	lw_fault_if(c, IR_UGT, ns, IRV_IMM(MAX_NS), FLT_ILLOP, IRV_IMM(0));
	int chilled = ir_alu(f, IR_ADD, ir_load(f, bufp, IMAGE_BUF_CHILLED, 8), IRV_REG(ns));
	lw_fault_if(c, IR_UGT, chilled, IRV_IMM(MAX_NS), FLT_ILLOP, IRV_IMM(0));
	ir_store(f, bufp, IMAGE_BUF_CHILLED, 8, IRV_REG(chilled));
	spin(c, ir_alu(f, IR_ADD, now, IRV_REG(ns)));
	c->cache.ts = c->cache.wts = -1;
}

static void act_setopt(struct lw *c, struct node *call)
{
	record_begin(c);
	size_t at = segment(c)->actions.n;
	add_action(c, PACT_SETOPT);
	for (uint32_t i = 0; i < call->nkids; i++)
		push_rec(c, at, put(c, call->kids[i], true));
}

static void forbidden(struct lw *c, struct node *call)
{
	lw_fail(c, call->src, "D_ACT_SPEC",
		"%s( ) cannot be enabled: eBPF has no way to do it on this kernel", call->name);
}

static bool action(struct lw *c, struct node *call)
{
	switch (call->ident->func->id) {
	case BF_TRACE:
		act_trace(c, call);
		return true;
	case BF_PRINTF:
		act_format(c, call, PACT_PRINTF);
		return true;
	case BF_SYSTEM:
		act_format(c, call, PACT_SYSTEM);
		return true;
	case BF_FREOPEN:
		act_format(c, call, PACT_FREOPEN);
		return true;
	case BF_FTRUNCATE:
		record_begin(c);
		add_action(c, PACT_FTRUNCATE);
		return true;
	case BF_PRINTA:
		act_aggs(c, call, PACT_PRINTA);
		return true;
	case BF_CLEAR:
		act_aggs(c, call, PACT_CLEAR);
		return true;
	case BF_TRUNC:
		act_aggs(c, call, PACT_TRUNC);
		return true;
	case BF_NORMALIZE:
		act_aggs(c, call, PACT_NORMALIZE);
		return true;
	case BF_DENORMALIZE:
		act_aggs(c, call, PACT_DENORMALIZE);
		return true;
	case BF_TRACEMEM:
		act_tracemem(c, call);
		return true;
	case BF_PCAP:
		act_pcap(c, call);
		return true;
	case BF_PRINT:
		act_print(c, call);
		return true;
	case BF_EXIT:
		act_exit(c, call);
		return true;
	case BF_SPECULATE:
		act_speculate(c, call);
		return true;
	case BF_COMMIT:
		act_settle(c, call, PACT_COMMIT);
		return true;
	case BF_DISCARD:
		act_settle(c, call, PACT_DISCARD);
		return true;
	case BF_RAISE:
		act_signal(c, val_op(c, lw_expr(c, call->kids[0])));
		return true;
	case BF_STOP:
		act_signal(c, IRV_IMM(19)); /* SIGSTOP */
		return true;
	case BF_CHILL:
		act_chill(c, call);
		return true;
	case BF_SETOPT:
		act_setopt(c, call);
		return true;
	case BF_BREAKPOINT:
	case BF_PANIC:
		forbidden(c, call);
		return true;
	default:
		return put_symbolic(c, call);
	}
}

/* ---- statements ---- */

static void end_segment(struct lw *c)
{
	if (c->seg >= 0)
		lw_record_commit(c);
}

static void conditional_statement(struct lw *c, struct node *n)
{
	struct ir_func *f = c->f;
	end_segment(c);
	int other = ir_label(f), done = ir_label(f), spec = c->spec_id;
	struct cache saved = lw_cond_enter(c);
	lw_branch_false(c, n->kids[0], other);
	lw_body(c, n->then_body);
	end_segment(c);
	ir_jmp(f, done);
	lw_cache_set(c, saved);
	c->spec_id = spec;
	ir_place(f, other);
	lw_body(c, n->else_body);
	end_segment(c);
	c->spec_id = spec;
	lw_cond_leave(c, saved);
	ir_place(f, done);
}

void lw_statement(struct lw *c, struct node *n)
{
	if (c->L->failed)
		return;
	if (n->kind == NODE_IF) {
		conditional_statement(c, n);
		return;
	}
	if (n->kind != NODE_EXPR_STMT)
		return;
	struct node *e = n->kids[0];
	uint32_t temps = c->temp_off;
	c->keep_temps = false;
	begin_action(c);
	if (!(e->kind == NODE_CALL && e->ident && action(c, e)))
		lw_expr(c, e);
	if (!c->keep_temps)
		c->temp_off = temps;
}
