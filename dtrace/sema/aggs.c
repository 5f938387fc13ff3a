/*
 * aggs.c - aggregations: their definitions, keys and functions
 *
 * In: `@name[keys] = function(arguments)` as parsed. Out: the aggregation, made by its first use,
 * to which each later use must fit: the same number of keys, compatible key types, the same
 * function with the same constants.
 */
#include "dtrace/builtin/proto.h"
#include "dtrace/sema/sema_internal.h"

#include <string.h>

/* ---- names ---- */

static struct ident *agg_ident(struct sema_ctx *c, struct node *n)
{
	struct ident *id = map_get(&c->s->agg_names, n->name);
	if (!id) {
		id = sema_new_ident(c, IDENT_AGG, n->name, types_dyn(c->types));
		id->agg = arena_new_of(c->arena, struct agg);
		id->agg->name = n->name;
		id->agg->id = (uint32_t)c->s->aggs.n;
		id->agg->src = n->src;
		*vec_push(&c->s->aggs, c->arena) = id->agg;
		sema_bind(c, &c->s->agg_names, n->name, id);
	}
	return id;
}

static const struct builtin_func_row *aggregating(const struct node *n)
{
	const struct builtin_func_row *row =
	    n->kind == NODE_CALL ? builtin_func_find(n->name) : NULL;
	return row && row->flags & BUILTIN_AGGFUNC ? row : NULL;
}

static void error_key(struct sema_ctx *c, const struct node *key, uint32_t i, const char *type)
{
	sema_error(c, "D_KEY_TYPE", key, "%s expression may not be used as aggregation key #%u",
		   type, i + 1);
}

static bool type_keys(struct sema_ctx *c, struct node *n)
{
	bool outer = c->in_agg_key, ok = true;
	for (uint32_t i = 0; i < n->nkids; i++) {
		if (sema_is_action_call(n->kids[i]) || aggregating(n->kids[i])) {
			error_key(c, n->kids[i], i, "void");
			return false;
		}
		c->in_agg_key = true;
		n->kids[i] = n->kids[i]->kind == NODE_AGG ? sema_agg_ref(c, n->kids[i])
							  : sema_expr(c, n->kids[i]);
		ok = ok && n->kids[i]->type;
	}
	c->in_agg_key = outer;
	return ok;
}

static void bind(struct sema_ctx *c, struct node *n)
{
	n->ident = agg_ident(c, n);
	n->id = (int32_t)n->ident->agg->id;
	n->type = types_dyn(c->types);
}

struct node *sema_agg_ref(struct sema_ctx *c, struct node *n)
{
	if (type_keys(c, n))
		bind(c, n);
	return n;
}

/* ---- keys ---- */

static bool check_key(struct sema_ctx *c, const struct node *agg, uint32_t i)
{
	const struct node *key = agg->kids[i];
	enum type_kind kind = type_resolve(key->type)->kind;
	if (kind != TYPE_VOID && kind != TYPE_DYN && kind != TYPE_FUNC)
		return true;
	error_key(c, key, i, sema_node_type_text(c, key));
	return false;
}

static void set_keys(struct sema_ctx *c, struct agg *agg, struct node *n)
{
	agg->nkeys = n->nkids;
	agg->keys = arena_array(c->arena, struct type *, n->nkids + 1);
	for (uint32_t i = 0; i < n->nkids; i++)
		agg->keys[i] = n->kids[i]->type;
	agg->key_nodes = n->kids;
	agg->src = n->src;
}

static bool keys_match(struct sema_ctx *c, const struct agg *agg, const struct node *n)
{
	if (agg->nkeys != n->nkids) {
		sema_error(c, "D_PROTO_LEN", n,
			   "@%s[ ] prototype mismatch: %u key%s passed, %u expected", n->name,
			   n->nkids, n->nkids == 1 ? "" : "s", agg->nkeys);
		return false;
	}
	for (uint32_t i = 0; i < n->nkids; i++) {
		if (sema_assignable(c, agg->keys[i], n->kids[i]))
			continue;
		sema_error(c, "D_PROTO_ARG", n->kids[i],
			   "@%s[ ] key #%u is incompatible with prototype:\n\tprototype: %s\n\t "
			   "argument: %s",
			   n->name, i + 1, sema_type_text(c, agg->keys[i]),
			   sema_node_type_text(c, n->kids[i]));
		return false;
	}
	return true;
}

/* ---- lquantize ---- */

/* Argument i must be a constant; its value, or 0 with the error reported. */
static bool constant(struct sema_ctx *c, const struct node *call, unsigned i, const char *tag,
		     int64_t *value)
{
	const struct node *arg = call->kids[i];
	*value = (int64_t)arg->ival;
	if (arg->is_const)
		return true;
	sema_error(c, tag, arg, "%s( ) argument #%u must be an integer constant", call->name, i);
	return false;
}

static bool in_32_bits(struct sema_ctx *c, const struct node *call, unsigned i, const char *tag,
		       int64_t value)
{
	if (value >= INT32_MIN && value <= INT32_MAX)
		return true;
	sema_error(c, tag, call->kids[i], "%s( ) argument #%u must be a 32-bit quantity",
		   call->name, i);
	return false;
}

static bool lquantize_step(struct sema_ctx *c, const struct node *call, int64_t *step)
{
	*step = 1;
	if (call->nkids < 4)
		return true;
	const struct node *arg = call->kids[3];
	if (!call_is_posconst(arg)) {
		sema_error(c, "D_LQUANT_STEPTYPE", arg,
			   "lquantize( ) argument #3 must be a non-zero positive integer constant");
		return false;
	}
	*step = (int64_t)arg->ival;
	if (arg->ival <= UINT16_MAX)
		return true;
	sema_error(c, "D_LQUANT_STEPVAL", arg,
		   "lquantize( ) argument #3 must be a 16-bit quantity");
	return false;
}

static bool lquantize_levels(struct sema_ctx *c, const struct node *call, const struct agg *a)
{
	if (a->limit < a->base) {
		sema_error(c, "D_LQUANT_MISMATCH", call,
			   "lquantize( ) base (argument #1) must be less than limit (argument #2)");
		return false;
	}
	int64_t levels = (a->limit - a->base) / a->step;
	if (levels == 0)
		sema_error(c, "D_LQUANT_STEPLARGE", call,
			   "lquantize( ) step (argument #3) too large: must have at least one "
			   "quantization level");
	else if (levels > UINT16_MAX)
		sema_error(c, "D_LQUANT_STEPSMALL", call,
			   "lquantize( ) step (argument #3) too small: number of quantization "
			   "levels must be a 16-bit "
			   "quantity");
	return levels > 0 && levels <= UINT16_MAX;
}

static bool lquantize_params(struct sema_ctx *c, const struct node *call, struct agg *a)
{
	return constant(c, call, 1, "D_LQUANT_BASETYPE", &a->base) &&
	       in_32_bits(c, call, 1, "D_LQUANT_BASEVAL", a->base) &&
	       constant(c, call, 2, "D_LQUANT_LIMTYPE", &a->limit) &&
	       in_32_bits(c, call, 2, "D_LQUANT_LIMVAL", a->limit) &&
	       lquantize_step(c, call, &a->step) && lquantize_levels(c, call, a);
}

static bool same(struct sema_ctx *c, const struct node *call, const char *tag, const char *what,
		 unsigned i, int64_t expected, int64_t found)
{
	if (expected == found)
		return true;
	sema_error(
	    c, tag, call,
	    "%s( ) %s (argument #%u) doesn't match previous declaration: expected %lld, found %lld",
	    call->name, what, i, (long long)expected, (long long)found);
	return false;
}

/* Where the last level ends: a limit that the step does not reach is lowered. */
static int64_t last_level(const struct agg *a)
{
	return a->base + (a->limit - a->base) / a->step * a->step;
}

static bool lquantize_same(struct sema_ctx *c, const struct node *call, const struct agg *old,
			   const struct agg *a)
{
	return same(c, call, "D_LQUANT_MATCHBASE", "base", 1, old->base, a->base) &&
	       same(c, call, "D_LQUANT_MATCHLIM", "limit", 2, last_level(old), last_level(a)) &&
	       same(c, call, "D_LQUANT_MATCHSTEP", "step", 3, old->step, a->step);
}

/* ---- llquantize ---- */

static bool in_16_bits(struct sema_ctx *c, const struct node *call, unsigned i, const char *tag,
		       int64_t value, uint32_t least)
{
	if (value >= least && value <= UINT16_MAX)
		return true;
	sema_error(c, tag, call->kids[i],
		   "%s( ) argument #%u must be an unsigned 16-bit quantity%s", call->name, i,
		   least ? " greater than or equal to 2" : "");
	return false;
}

static bool llquantize_constant(struct sema_ctx *c, const struct node *call, unsigned i,
				const char *type_tag, const char *value_tag, uint32_t least,
				uint32_t *out)
{
	int64_t value;
	if (!constant(c, call, i, type_tag, &value) ||
	    !in_16_bits(c, call, i, value_tag, value, least))
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool llquantize_high(struct sema_ctx *c, const struct node *call, const struct agg *a)
{
	if (a->high < a->low) {
		sema_error(c, "D_LLQUANT_HMAGVAL", call->kids[3],
			   "llquantize( ) high magnitude (argument #3) must not be less than low "
			   "magnitude (argument "
			   "#2)");
		return false;
	}
	uint64_t power = 1;
	bool fits = true;
	for (uint32_t i = 0; i <= a->high && fits; i++)
		fits = !__builtin_mul_overflow(power, a->factor, &power);
	if (fits)
		return true;
	sema_error(c, "D_LLQUANT_HMAGVAL", call->kids[3],
		   "llquantize( ) high magnitude (%u) will cause overflow of 64 bits", a->high);
	return false;
}

/* Steps must cut each magnitude at integers: a multiple of the factor that divides one of its
 * powers. */
static bool llquantize_steps(struct sema_ctx *c, const struct node *call, const struct agg *a)
{
	if (a->nsteps < a->factor) {
		sema_error(c, "D_LLQUANT_STEPVAL", call->kids[4],
			   "llquantize( ) factor (argument #1) must be less than or equal to the "
			   "number of linear steps "
			   "per magnitude (argument #4)");
		return false;
	}
	uint64_t power = a->factor;
	while (power < a->nsteps)
		power *= a->factor;
	if (a->nsteps % a->factor == 0 && power % a->nsteps == 0)
		return true;
	sema_error(c, "D_LLQUANT_STEPVAL", call->kids[4],
		   "llquantize( ) number of steps (argument #4) must evenly divide a power of the "
		   "factor (argument #1)");
	return false;
}

static bool llquantize_params(struct sema_ctx *c, const struct node *call, struct agg *a)
{
	return llquantize_constant(c, call, 1, "D_LLQUANT_FACTORTYPE", "D_LLQUANT_FACTORVAL", 2,
				   &a->factor) &&
	       llquantize_constant(c, call, 2, "D_LLQUANT_LMAGTYPE", "D_LLQUANT_LMAGVAL", 0,
				   &a->low) &&
	       llquantize_constant(c, call, 3, "D_LLQUANT_HMAGTYPE", "D_LLQUANT_HMAGVAL", 0,
				   &a->high) &&
	       llquantize_high(c, call, a) &&
	       llquantize_constant(c, call, 4, "D_LLQUANT_STEPTYPE", "D_LLQUANT_STEPVAL", 0,
				   &a->nsteps) &&
	       llquantize_steps(c, call, a);
}

static bool llquantize_same(struct sema_ctx *c, const struct node *call, const struct agg *old,
			    const struct agg *a)
{
	return same(c, call, "D_LLQUANT_MATCHFACTOR", "factor", 1, old->factor, a->factor) &&
	       same(c, call, "D_LLQUANT_MATCHLMAG", "low magnitude", 2, old->low, a->low) &&
	       same(c, call, "D_LLQUANT_MATCHHMAG", "high magnitude", 3, old->high, a->high) &&
	       same(c, call, "D_LLQUANT_MATCHSTEPS", "linear steps per magnitude", 4, old->nsteps,
		    a->nsteps);
}

/* ---- functions ---- */

/* How many arguments with everything given, the increment last; 0: the prototype says it all. */
static unsigned most_args(enum builtin_func f)
{
	return f == BF_QUANTIZE ? 2 : f == BF_LQUANTIZE ? 5 : f == BF_LLQUANTIZE ? 6 : 0;
}

static bool check_increment(struct sema_ctx *c, const struct node *call, enum builtin_func f)
{
	unsigned most = most_args(f);
	if (most == 0 || call->nkids < most)
		return true;
	if (call->nkids > most) {
		sema_error(c, "D_PROTO_LEN", call,
			   "%s( ) prototype mismatch: %u args passed, at most %u expected",
			   call->name, call->nkids, most);
		return false;
	}
	const struct node *inc = call->kids[most - 1];
	if (type_is_scalar(inc->type))
		return true;
	sema_error(c, "D_PROTO_ARG", inc,
		   "%s( ) increment value (argument #%u) must be of scalar type", call->name, most);
	return false;
}

static bool check_value(struct sema_ctx *c, const struct node *call)
{
	if (call->nkids == 0 || type_is_scalar(call->kids[0]->type))
		return true;
	sema_error(c, "D_AGG_SCALAR", call->kids[0], "%s( ) argument 1 must be of scalar type",
		   call->name);
	return false;
}

static bool check_params(struct sema_ctx *c, const struct node *call, enum builtin_func f,
			 struct agg *params)
{
	if (f == BF_LQUANTIZE)
		return lquantize_params(c, call, params);
	return f != BF_LLQUANTIZE || llquantize_params(c, call, params);
}

static bool params_match(struct sema_ctx *c, const struct node *call, const struct agg *old,
			 const struct agg *params)
{
	if (old->func == BF_LQUANTIZE)
		return lquantize_same(c, call, old, params);
	return old->func != BF_LLQUANTIZE || llquantize_same(c, call, old, params);
}

static const char *func_name(enum builtin_func f)
{
	unsigned n;
	const struct builtin_func_row *rows = builtin_funcs(&n);
	for (unsigned i = 0; i < n; i++)
		if (rows[i].id == f)
			return rows[i].name;
	return "?";
}

static bool func_matches(struct sema_ctx *c, const struct node *n, const struct agg *agg,
			 const struct builtin_func_row *row)
{
	if (agg->func == BF_NONE || agg->func == row->id)
		return true;
	const char *name = n->name;
	sema_error(c, "D_AGG_REDEF", n,
		   "aggregation redefined: @%s\n\t current: @%s = %s( )\n\tprevious: @%s = %s( ) : "
		   "line %u",
		   name, name, row->name, name, func_name(agg->func), agg->src.line);
	return false;
}

static void define(struct agg *agg, const struct builtin_func_row *row, const struct agg *params,
		   const struct node *call)
{
	agg->func = row->id;
	agg->base = params->base;
	agg->limit = params->limit;
	agg->step = params->step;
	agg->factor = params->factor;
	agg->low = params->low;
	agg->high = params->high;
	agg->nsteps = params->nsteps;
	agg->value_signed = call->nkids == 0 || type_is_signed(call->kids[0]->type);
}

/* The function's side, once the keys are known to fit. */
static void assign_function(struct sema_ctx *c, struct node *assign,
			    const struct builtin_func_row *row)
{
	struct node *call = assign->kids[1];
	struct agg *agg = assign->kids[0]->ident->agg, params = {0};
	if (!func_matches(c, assign->kids[0], agg, row))
		return;
	if (!call_aggregating(c, call))
		return;
	if (!check_value(c, call) || !check_increment(c, call, row->id) ||
	    !check_params(c, call, row->id, &params))
		return;
	if (agg->func == BF_NONE)
		define(agg, row, &params, call);
	else if (!params_match(c, call, agg, &params))
		return;
	unsigned most = most_args(row->id);
	agg->weighted |= most && call->nkids == most;
	assign->type = types_void(c->types);
}

static bool bind_keys(struct sema_ctx *c, struct node *n)
{
	bind(c, n);
	struct agg *agg = n->ident->agg;
	for (uint32_t i = 0; i < n->nkids; i++)
		if (!check_key(c, n, i))
			return false;
	if (agg->keys)
		return keys_match(c, agg, n);
	set_keys(c, agg, n);
	return true;
}

static bool known_function(const struct node *n)
{
	return n->kind != NODE_CALL || builtin_func_find(n->name);
}

static void assign_agg(struct sema_ctx *c, struct node *assign)
{
	struct node *left = assign->kids[0], *right = assign->kids[1];
	if (!type_keys(c, left))
		return;
	const struct builtin_func_row *row = aggregating(right);
	if (!row) {
		if (!known_function(right))
			sema_call(c, right, true);
		else
			sema_error(c, "D_AGG_FUNC", right,
				   "@%s must be assigned the result of an aggregating function",
				   left->name);
		return;
	}
	if (bind_keys(c, left))
		assign_function(c, assign, row);
}

/* What was to be defined and is not, for an error that has been reported, is not missed as well. */
void sema_agg_assign(struct sema_ctx *c, struct node *assign)
{
	assign_agg(c, assign);
	struct agg *agg = agg_ident(c, assign->kids[0])->agg;
	agg->lost = agg->func == BF_NONE;
}
