/*
 * actions.c - what single actions demand beyond their prototypes
 *
 * In: a CALL with its function bound and its arguments typed. Out: errors. Actions on aggregations
 * are looked at when the whole program is typed, as the aggregation may be defined further down.
 * Formats are in printf_args.c.
 */
#include "dtrace/sema/sema_internal.h"

#include <string.h>

typedef void action_check_fn(struct sema_ctx *c, struct node *call);

static bool is_dynamic(const struct node *n)
{
	return type_resolve(n->type)->kind == TYPE_DYN;
}

/* ---- trace, print, tracemem ---- */

/* A value that can be recorded; void_tag and dyn_tag are the function's own. */
static void check_recordable(struct sema_ctx *c, struct node *call, const char *void_tag,
			     const char *dyn_tag)
{
	const struct node *arg = call->kids[0];
	if (type_is_void(arg->type))
		sema_error(c, void_tag, arg, "%s( ) may not be applied to a void expression",
			   call->name);
	else if (is_dynamic(arg))
		sema_error(c, dyn_tag, arg, "%s( ) may not be applied to a dynamic expression",
			   call->name);
}

static void check_trace(struct sema_ctx *c, struct node *call)
{
	check_recordable(c, call, "D_TRACE_VOID", "D_TRACE_DYN");
}

static void check_print(struct sema_ctx *c, struct node *call)
{
	const struct node *arg = call->kids[0];
	check_recordable(c, call, "D_PRINT_VOID", "D_PRINT_DYN");
	if (!type_is_void(arg->type) && !is_dynamic(arg) && type_size(arg->type) == 0)
		sema_error(c, "D_PRINT_SIZE", arg,
			   "print( ) argument #1 has type '%s' with size 0; cannot print( ) it",
			   sema_node_type_text(c, arg));
}

static void check_tracemem(struct sema_ctx *c, struct node *call)
{
	const struct node *addr = call->kids[0] = sema_decayed(c, call->kids[0]);
	if (call->nkids > 3) {
		sema_error(c, "D_TRACEMEM_ARGS", call,
			   "tracemem( ) prototype mismatch: expected 2 or 3 args");
		return;
	}
	if (!type_is_int(addr->type) && !type_is_ptr(addr->type)) {
		sema_error(c, "D_TRACEMEM_ADDR", addr,
			   "tracemem( ) argument #1 is incompatible with prototype:\n"
			   "\tprototype: pointer or integer\n\t argument: %s",
			   sema_node_type_text(c, addr));
		return;
	}
	if (!call_is_posconst(call->kids[1])) {
		sema_error(c, "D_TRACEMEM_SIZE", call->kids[1],
			   "tracemem( ) argument #2 must be a non-zero positive integral constant "
			   "expression");
		return;
	}
	if (call->nkids == 3 && !type_is_int(call->kids[2]->type))
		sema_error(c, "D_TRACEMEM_DYNSIZE", call->kids[2],
			   "tracemem( ) argument #3 is incompatible with prototype:\n"
			   "\tprototype: integer\n\t argument: %s",
			   sema_node_type_text(c, call->kids[2]));
}

enum { PCAP_MAX_BYTES = 65536 };

static void check_pcap(struct sema_ctx *c, struct node *call)
{
	const struct node *packet = call->kids[0], *protocol = call->kids[1];
	uint64_t bytes = c->s->opts ? c->s->opts->value[OPT_PCAPSIZE] : 0;
	if (!type_is_int(packet->type) && !type_is_ptr(packet->type))
		sema_error(c, "D_PCAP_ADDR", packet,
			   "pcap( ) argument #1 is incompatible with prototype:\n"
			   "\tprototype: pointer or integer\n\t argument: %s",
			   sema_node_type_text(c, packet));
	else if (!type_is_int(protocol->type))
		sema_error(c, "D_PCAP_PROTO", protocol,
			   "pcap( ) argument #2 is incompatible with prototype:\n"
			   "\tprototype: integer\n\t argument: %s",
			   sema_node_type_text(c, protocol));
	else if (bytes > PCAP_MAX_BYTES)
		sema_error(c, "D_PCAP_SIZE", call,
			   "pcap( ) cannot record %llu bytes of a packet: option pcapsize may be "
			   "at most %d",
			   (unsigned long long)bytes, PCAP_MAX_BYTES);
}

/* ---- stacks ---- */

static void check_stack(struct sema_ctx *c, struct node *call)
{
	if (call->nkids > 1)
		sema_error(c, "D_STACK_PROTO", call,
			   "stack( ) prototype mismatch: too many arguments");
	else if (call->nkids == 1 && !call_is_posconst(call->kids[0]))
		sema_error(
		    c, "D_STACK_SIZE", call->kids[0],
		    "stack( ) size must be a non-zero positive integral constant expression");
}

static void check_ustack(struct sema_ctx *c, struct node *call)
{
	if (call->nkids > 2) {
		sema_error(c, "D_USTACK_PROTO", call,
			   "%s( ) prototype mismatch: too many arguments", call->name);
		return;
	}
	if (call->nkids > 0 && !call_is_posconst(call->kids[0])) {
		sema_error(c, "D_USTACK_FRAMES", call->kids[0],
			   "%s( ) argument #1 must be a non-zero positive integer constant",
			   call->name);
		return;
	}
	if (call->nkids < 2)
		return;
	const struct node *size = call->kids[1];
	if (!call_is_posconst(size) && !(size->is_const && size->ival == 0))
		sema_error(c, "D_USTACK_STRSIZE", size,
			   "%s( ) argument #2 must be a positive integer constant", call->name);
}

/* ---- aggregations ---- */

static void error_count(struct sema_ctx *c, const char *tag, const struct node *call,
			const char *expected)
{
	sema_error(c, tag, call, "%s( ) prototype mismatch: %u arg%s passed, %s expected",
		   call->name, call->nkids, call->nkids == 1 ? "" : "s", expected);
}

/* Argument i as an aggregation that is defined somewhere; NULL with the error reported. */
static struct agg *defined_agg(struct sema_ctx *c, const struct node *call, uint32_t i,
			       const char *arg_tag, const char *bad_tag)
{
	const struct node *arg = call->kids[i];
	if (arg->kind != NODE_AGG) {
		sema_error(c, arg_tag, arg,
			   "%s( ) argument #%u is incompatible with prototype:\n"
			   "\tprototype: aggregation\n\t argument: %s",
			   call->name, i + 1, sema_node_type_text(c, arg));
		return NULL;
	}
	if (arg->ident && arg->ident->agg->func != BF_NONE)
		return arg->ident->agg;
	if (!c->clause_lost && !(arg->ident && arg->ident->agg->lost))
		sema_error(c, bad_tag, arg, "undefined aggregation: @%s", arg->name);
	return NULL;
}

static void check_clear(struct sema_ctx *c, struct node *call)
{
	if (call->nkids != 1)
		error_count(c, "D_CLEAR_PROTO", call, "1");
	else
		defined_agg(c, call, 0, "D_CLEAR_AGGARG", "D_CLEAR_AGGBAD");
}

static void check_scalar(struct sema_ctx *c, const struct node *call, const char *tag)
{
	if (call->nkids > 1 && !type_is_scalar(call->kids[1]->type))
		sema_error(c, tag, call->kids[1], "%s( ) argument #2 must be of scalar type",
			   call->name);
}

static void check_trunc(struct sema_ctx *c, struct node *call)
{
	if (call->nkids < 1 || call->nkids > 2)
		error_count(c, "D_TRUNC_PROTO", call,
			    call->nkids < 1 ? "at least 1" : "no more than 2");
	else if (defined_agg(c, call, 0, "D_TRUNC_AGGARG", "D_TRUNC_AGGBAD"))
		check_scalar(c, call, "D_TRUNC_SCALAR");
}

static void check_normalize(struct sema_ctx *c, struct node *call)
{
	bool back = call->ident->func->id == BF_DENORMALIZE;
	if (call->nkids != (back ? 1u : 2u))
		error_count(c, "D_NORMALIZE_PROTO", call, back ? "1" : "2");
	else if (defined_agg(c, call, 0, "D_NORMALIZE_AGGARG", "D_NORMALIZE_AGGBAD"))
		check_scalar(c, call, "D_NORMALIZE_SCALAR");
}

/* ---- printa ---- */

static bool printa_keys_match(struct sema_ctx *c, const struct node *arg, const struct agg *first,
			      const struct agg *agg)
{
	if (first->nkeys != agg->nkeys) {
		sema_error(c, "D_PRINTA_AGGKEY", arg,
			   "printa( ) aggregations must have the same number of keys: @%s has %u, "
			   "@%s has %u",
			   first->name, first->nkeys, agg->name, agg->nkeys);
		return false;
	}
	for (uint32_t i = 0; i < agg->nkeys; i++) {
		if (type_compat(first->keys[i], agg->keys[i]) ||
		    type_same(first->keys[i], agg->keys[i]))
			continue;
		sema_error(c, "D_PRINTA_AGGPROTO", arg,
			   "printa( ) @%s[ ] key #%u is incompatible with @%s[ ]:\n\tprototype: "
			   "%s\n\t argument: %s",
			   agg->name, i + 1, first->name, sema_type_text(c, first->keys[i]),
			   sema_type_text(c, agg->keys[i]));
		return false;
	}
	return true;
}

static bool check_printa_agg(struct sema_ctx *c, struct node *call, uint32_t i, struct agg **first)
{
	struct agg *agg = defined_agg(c, call, i, "D_PRINTA_AGGARG", "D_PRINTA_AGGBAD");
	if (!agg)
		return false;
	if (call->kids[i]->has_keys) {
		sema_error(c, "D_PRINTA_AGGKEY", call->kids[i],
			   "printa( ) argument #%u: an aggregation is printed whole, without keys",
			   i + 1);
		return false;
	}
	if (!*first)
		*first = agg;
	return printa_keys_match(c, call->kids[i], *first, agg);
}

static void check_printa(struct sema_ctx *c, struct node *call)
{
	bool has_format = call->kids[0]->kind == NODE_STRING;
	struct agg *first = NULL;
	if (has_format && call->nkids < 2) {
		error_count(c, "D_PRINTA_PROTO", call, "at least 2");
		return;
	}
	for (uint32_t i = has_format; i < call->nkids; i++)
		if (!check_printa_agg(c, call, i, &first))
			return;
	if (has_format)
		printa_check_format(c, call, first);
}

/* ---- memory ---- */

/* Without the option the program gets what it asks for, within reason, or faults. */
static void check_alloca(struct sema_ctx *c, struct node *call)
{
	const struct node *size = call->kids[0];
	uint64_t most = c->s->opts ? c->s->opts->value[OPT_SCRATCHSIZE] : OPTION_UNSET;
	if (most != OPTION_UNSET && size->is_const && size->ival > most)
		sema_error(c, "D_ALLOCA_SIZE", size,
			   "alloca( ) size %lld larger than scratchsize %llu",
			   (long long)size->ival, (unsigned long long)most);
}

/* ---- dispatch ---- */

static action_check_fn *early_check(enum builtin_func f)
{
	switch (f) {
	case BF_TRACE:
		return check_trace;
	case BF_PRINT:
		return check_print;
	case BF_TRACEMEM:
		return check_tracemem;
	case BF_PCAP:
		return check_pcap;
	case BF_ALLOCA:
		return check_alloca;
	case BF_STACK:
		return check_stack;
	case BF_USTACK:
	case BF_JSTACK:
		return check_ustack;
	case BF_PRINTF:
	case BF_SYSTEM:
	case BF_FREOPEN:
		return printf_check;
	default:
		return NULL;
	}
}

static action_check_fn *late_check(enum builtin_func f)
{
	switch (f) {
	case BF_CLEAR:
		return check_clear;
	case BF_TRUNC:
		return check_trunc;
	case BF_NORMALIZE:
	case BF_DENORMALIZE:
		return check_normalize;
	case BF_PRINTA:
		return check_printa;
	default:
		return NULL;
	}
}

void action_check(struct sema_ctx *c, struct node *call)
{
	action_check_fn *check = early_check(call->ident->func->id);
	if (check)
		check(c, call);
}

bool action_is_late(const struct node *call)
{
	return late_check(call->ident->func->id) != NULL;
}

void action_check_late(struct sema_ctx *c, struct node *call)
{
	late_check(call->ident->func->id)(c, call);
}
