/*
 * rules.c - what may follow what in a clause
 *
 * In: a typed clause. Out: errors. Speculating is decided before anything is recorded, and
 * committing is the last word: speculate() may not follow what has recorded, nothing records after
 * commit() (exit() does so), though several speculations may be committed one after the other. What
 * cannot be taken back (aggregating, destroying, exiting) may not be speculated about. The branches
 * of an `if` start from the same state; what either may have done counts afterwards.
 */
#include "dtrace/sema/sema_internal.h"

struct state {
	bool committed, speculating, recorded;
};

static void check_commit(struct sema_ctx *c, const struct node *n, struct state *s)
{
	if (s->recorded)
		sema_error(c, "D_COMM_DREC", n,
			   "commit( ) may not follow data-recording action(s)");
	s->committed = true;
}

static void check_speculate(struct sema_ctx *c, const struct node *n, struct state *s)
{
	if (s->speculating)
		sema_error(c, "D_SPEC_SPEC", n, "speculate( ) may not follow speculate( )");
	else if (s->committed)
		sema_error(c, "D_SPEC_COMM", n, "speculate( ) may not follow commit( )");
	else if (s->recorded)
		sema_error(c, "D_SPEC_DREC", n,
			   "speculate( ) may not follow data-recording action(s)");
	s->speculating = true;
}

static void check_agg(struct sema_ctx *c, const struct node *n, struct state *s)
{
	if (s->speculating)
		sema_error(c, "D_AGG_SPEC", n, "aggregating actions may not follow speculate( )");
	else if (s->committed)
		sema_error(c, "D_AGG_COMM", n, "aggregating actions may not follow commit( )");
	s->recorded = true;
}

static void check_recording(struct sema_ctx *c, const struct node *n, struct state *s)
{
	if (s->committed)
		sema_error(c, "D_DREC_COMM", n, "data-recording actions may not follow commit( )");
	if (!s->speculating)
		s->recorded = true;
}

static void check_action(struct sema_ctx *c, const struct node *n,
			 const struct builtin_func_row *row, struct state *s)
{
	if (row->id == BF_COMMIT)
		check_commit(c, n, s);
	else if (row->id == BF_SPECULATE)
		check_speculate(c, n, s);
	else if (s->speculating && row->flags & BUILTIN_DESTRUCTIVE)
		sema_error(c, "D_ACT_SPEC", n, "destructive actions may not follow speculate( )");
	else if (s->speculating && row->id == BF_EXIT)
		sema_error(c, "D_EXIT_SPEC", n, "exit( ) may not follow speculate( )");
	else if (row->flags & BUILTIN_RECORDS && !(row->flags & BUILTIN_DESTRUCTIVE))
		check_recording(c, n, s);
}

static void check_expr(struct sema_ctx *c, const struct node *n, struct state *s)
{
	if (n->kind == NODE_BINARY && n->op == OP_ASSIGN && n->kids[0]->kind == NODE_AGG)
		check_agg(c, n, s);
	else if (n->kind == NODE_CALL && n->ident && n->ident->func->flags & BUILTIN_ACTION)
		check_action(c, n, n->ident->func, s);
}

static void check_list(struct sema_ctx *c, const struct node *n, struct state *s);

static void check_if(struct sema_ctx *c, const struct node *n, struct state *s)
{
	struct state other = *s;
	check_list(c, n->then_body, s);
	check_list(c, n->else_body, &other);
	s->committed |= other.committed;
	s->speculating |= other.speculating;
	s->recorded |= other.recorded;
}

static void check_list(struct sema_ctx *c, const struct node *n, struct state *s)
{
	for (; n; n = n->next) {
		if (n->kind == NODE_IF)
			check_if(c, n, s);
		else if (n->kind == NODE_EXPR_STMT)
			check_expr(c, n->kids[0], s);
	}
}

void sema_clause_rules(struct sema_ctx *c, struct sema_clause *clause)
{
	struct state s = {0};
	check_list(c, clause->body, &s);
}
