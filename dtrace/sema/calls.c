/*
 * calls.c - function calls: which function, in which place, with which arguments
 *
 * In: a CALL as parsed. Out: ident, type and typed arguments, or an error. Everything that the
 * prototype of a function says is checked here; what an action demands beyond it is in actions.c,
 * formats are in printf_args.c, aggregating functions in aggs.c.
 *
 * An action used as a value has type void (the stack and symbol functions have theirs). Whoever
 * takes the value gets to complain first, as its message says more; if the whole clause is right but
 * for that, the error is D_CG_EXPR.
 */
#include "dtrace/builtin/proto.h"
#include "dtrace/sema/sema_internal.h"

#include <string.h>

static const struct builtin_func_row *row_of(const struct node *n)
{
	return n->kind == NODE_CALL ? builtin_func_find(n->name) : NULL;
}

bool sema_is_action_call(const struct node *n)
{
	const struct builtin_func_row *row = row_of(n);
	return row && row->flags & BUILTIN_ACTION && !(row->flags & BUILTIN_VALUE);
}

bool sema_is_tracing_call(const struct node *n)
{
	const struct builtin_func_row *row = row_of(n);
	return row && row->flags & (BUILTIN_ACTION | BUILTIN_AGGFUNC);
}

bool call_is_posconst(const struct node *n)
{
	return n->is_const && n->ival != 0 && !(type_is_signed(n->type) && (int64_t)n->ival < 0);
}

/* None of them has an error reported. */
static bool args_ok(const struct node *call)
{
	for (uint32_t i = 0; i < call->nkids; i++)
		if (!call->kids[i]->type)
			return false;
	return true;
}

static void call_any(struct sema_ctx *c, struct node *call);

static struct node *type_arg(struct sema_ctx *c, struct node *arg)
{
	if (arg->kind == NODE_AGG)
		return sema_agg_ref(c, arg);
	if (sema_is_tracing_call(arg)) {
		call_any(c, arg);
		return arg;
	}
	return sema_expr(c, arg);
}

static void type_args(struct sema_ctx *c, struct node *call)
{
	bool in_key = c->in_agg_key;
	c->in_agg_key = false;
	for (uint32_t i = 0; i < call->nkids; i++)
		call->kids[i] = type_arg(c, call->kids[i]);
	c->in_agg_key = in_key;
}

static bool check_count(struct sema_ctx *c, struct node *call, const struct proto *p)
{
	bool few = call->nkids < p->nrequired;
	if (!few && (p->varargs || call->nkids <= p->nargs))
		return true;
	const char *bound = "";
	if (p->varargs || p->nrequired < p->nargs)
		bound = few ? "at least " : "at most ";
	sema_error(c, "D_PROTO_LEN", call,
		   "%s( ) prototype mismatch: %u arg%s passed, %s%u expected", call->name,
		   call->nkids, call->nkids == 1 ? "" : "s", bound, few ? p->nrequired : p->nargs);
	return false;
}

static void error_arg(struct sema_ctx *c, const struct node *call, unsigned i, struct type *want)
{
	const struct node *arg = call->kids[i];
	sema_error(
	    c, "D_PROTO_ARG", arg,
	    "%s( ) argument #%u is incompatible with prototype:\n\tprototype: %s\n\t argument: %s",
	    call->name, i + 1, sema_type_text(c, want), sema_node_type_text(c, arg));
	if (type_is_int(want) && type_is_ptr(arg->type))
		diag_hint(c->diags, "cast the pointer: (uintptr_t)");
}

/* A pointer into user space is as good as its address. */
static bool is_user_address(const struct sema_ctx *c, struct type *want, const struct node *arg)
{
	struct type *t = type_resolve(arg->type);
	return type_is_int(want) && type_size(want) >= types_ptr_bytes(c->types) &&
	       t->kind == TYPE_PTR && (t->is_user || arg->is_user);
}

/* "f( ) prototype mismatch"; false when reported. */
static bool check_args(struct sema_ctx *c, struct node *call, const struct proto *p)
{
	if (!check_count(c, call, p))
		return false;
	for (unsigned i = 0; i < call->nkids && i < p->nargs; i++) {
		if (!call->kids[i]->type)
			return false;
		if (strcmp(p->args[i], "@") == 0)
			continue;
		struct type *want = sema_row_type(c, p->args[i]);
		if (!sema_assignable(c, want, call->kids[i]) &&
		    !is_user_address(c, want, call->kids[i])) {
			error_arg(c, call, i, want);
			return false;
		}
	}
	return args_ok(call);
}

static const char *kind_name(const struct builtin_func_row *row)
{
	if (row->flags & BUILTIN_AGGFUNC)
		return "aggregating function";
	return row->flags & BUILTIN_ACTION ? "tracing function" : "function";
}

void sema_error_misplaced(struct sema_ctx *c, const struct node *call)
{
	sema_error(c, "D_CG_EXPR", call,
		   "%s %s( ) may not be called from a D expression (D program context required)",
		   kind_name(row_of(call)), call->name);
}

void sema_misplaced_calls(struct sema_ctx *c, bool right)
{
	for (size_t i = 0; i < c->misplaced.n && right; i++)
		sema_error_misplaced(c, c->misplaced.at[i]);
	c->misplaced.n = 0;
}

/* Tracing functions among the arguments that nobody else complained about; of an aggregating function, nobody
 * has yet. */
static bool check_nested(struct sema_ctx *c, const struct node *call)
{
	bool later = row_of(call)->flags & BUILTIN_AGGFUNC;
	for (uint32_t i = 0; i < call->nkids; i++) {
		if (!sema_is_tracing_call(call->kids[i]))
			continue;
		if (!later) {
			sema_error_misplaced(c, call->kids[i]);
			return false;
		}
		*vec_push(&c->misplaced, c->arena) = call->kids[i];
	}
	return true;
}

/* Whether the program asked for a language that does not have the function yet. */
static bool is_too_new(struct sema_ctx *c, const struct builtin_func_row *row)
{
	return c->s->opts && strcmp(row->version, "1.0") != 0 &&
	       sema_version(c, row->version) > c->s->opts->value[OPT_VERSION];
}

static bool name_is_variable(struct sema_ctx *c, const struct node *call)
{
	return builtin_var_find(call->name) || sema_lookup(c, call->name) ||
	       map_get(&c->this_names, call->name);
}

static const struct builtin_func_row *find(struct sema_ctx *c, struct node *call)
{
	const struct builtin_func_row *row = row_of(call);
	if (row && !is_too_new(c, row))
		return row;
	if (!row && name_is_variable(c, call))
		sema_error(c, "D_FUNC_IDKIND", call,
			   "variable '%s' may not be referenced as a function", call->name);
	else
		sema_error(c, "D_FUNC_UNDEF", call, "undefined function name: %s", call->name);
	return NULL;
}

static bool place_allows(const struct sema_ctx *c, const struct node *call,
			 const struct builtin_func_row *row, bool as_statement)
{
	if (!sema_is_tracing_call(call) || (as_statement && !(row->flags & BUILTIN_AGGFUNC)))
		return true;
	return c->in_agg_key && row->flags & BUILTIN_VALUE;
}

static void bind(struct sema_ctx *c, struct node *call, const struct builtin_func_row *row,
		 struct type *type)
{
	struct ident *id = sema_new_ident(c, IDENT_FUNC, row->name, type);
	id->func = row;
	stability_parse(row->stability, &id->attr);
	sema_use_attr(c, call, row->name, id->attr);
	call->ident = id;
	call->id = (int32_t)row->id;
	if (row->flags & BUILTIN_DESTRUCTIVE && c->prog)
		c->prog->destructive = true;
}

/* A clause that is typed once for each of its descriptions is checked once. */
static bool is_copy(struct sema_ctx *c, const struct node *call)
{
	for (size_t i = 0; i < c->late_calls.n; i++) {
		const struct src *at = &c->late_calls.at[i]->src;
		if (at->line == call->src.line && at->col == call->src.col &&
		    at->file == call->src.file)
			return true;
	}
	return false;
}

/* D's own types that no program can spell; any other as the tables have it. */
static struct type *result_type(struct sema_ctx *c, const char *text)
{
	if (strcmp(text, "stack") == 0)
		return types_stack(c->types);
	if (strcmp(text, "_symaddr") == 0)
		return types_symaddr(c->types);
	if (strcmp(text, "_usymaddr") == 0)
		return types_usymaddr(c->types);
	return sema_row_type(c, text);
}

static void call_known(struct sema_ctx *c, struct node *call, const struct builtin_func_row *row)
{
	struct proto p;
	type_args(c, call);
	if (!proto_parse(row->proto, &p) || !check_args(c, call, &p))
		return;
	struct type *type = result_type(c, p.ret);
	bind(c, call, row, type);
	size_t before = diag_count(c->diags);
	action_check(c, call);
	if (diag_count(c->diags) > before || (!action_is_late(call) && !check_nested(c, call)))
		return;
	if (action_is_late(call) && !is_copy(c, call))
		*vec_push(&c->late_calls, c->arena) = call;
	call->type = type;
}

static void call_any(struct sema_ctx *c, struct node *call)
{
	const struct builtin_func_row *row = find(c, call);
	if (row)
		call_known(c, call, row);
}

bool call_aggregating(struct sema_ctx *c, struct node *call)
{
	call_any(c, call);
	return call->type != NULL;
}

struct node *sema_call(struct sema_ctx *c, struct node *call, bool as_statement)
{
	const struct builtin_func_row *row = find(c, call);
	if (!row)
		return call;
	bool allowed = place_allows(c, call, row, as_statement);
	call_known(c, call, row);
	if (!allowed && call->type)
		*vec_push(&c->misplaced, c->arena) = call;
	return call;
}

void sema_calls_finish(struct sema_ctx *c)
{
	sema_misplaced_calls(c, diag_count(c->diags) == 0);
	for (size_t i = 0; i < c->late_calls.n; i++) {
		size_t before = diag_count(c->diags);
		action_check_late(c, c->late_calls.at[i]);
		if (diag_count(c->diags) == before)
			check_nested(c, c->late_calls.at[i]);
	}
	sema_pragma_finish(c);
}
