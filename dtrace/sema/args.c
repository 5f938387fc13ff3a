/*
 * args.c - args[n] and kernel symbols: types that the outside gives
 *
 * args[n] takes its type from the provider of the clause's probes, which must agree on all their
 * arguments. Where the provider translates, args[n] is a translation of the native argument.
 */
#include "dtrace/probe/classic.h"
#include "dtrace/sema/sema_internal.h"
#include "dtrace/types/btf.h"

#include <linux/btf.h>
#include <string.h>

enum { ARGS_MAX = 32 };

/* ---- args[] ---- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static int probe_args(struct sema_ctx *c, const struct probe *p, struct probe_arg *args)
{
	const struct provider_ops *ops = p->impl ? p->impl->ops : NULL;
	int n = ops && ops->args ? ops->args(p->impl, p, c->arena, args, ARGS_MAX) : 0;
	return n < 0 ? 0 : n;
}

/* The arguments that all probes of the clause have; -1 when they differ. */
static int clause_args(struct sema_ctx *c, struct probe_arg *args)
{
	const struct sema_clause *sc = c->clause;
	int n = sc->nprobes ? probe_args(c, sc->probes[0], args) : -1;
	for (uint32_t i = 1; i < sc->nprobes; i++) {
		struct probe_arg other[ARGS_MAX];
		memset(other, 0, sizeof(other));
		if (probe_args(c, sc->probes[i], other) != n)
			return -1;
		for (int k = 0; k < n; k++)
			if (!same_text(args[k].type, other[k].type) ||
			    !same_text(args[k].xtype, other[k].xtype) ||
			    args[k].native != other[k].native)
				return -1;
	}
	return n;
}

static bool is_kernel(const char *module)
{
	return !*module || strcmp(module, "vmlinux") == 0 || classic_kernel_is(module);
}

static struct type *arg_type(struct sema_ctx *c, const struct node *n, const char *text,
			     const char *what, unsigned index)
{
	struct type *t = NULL;
	const struct sema_clause *sc = c->clause;
	/* A module's types are its own. */
	if (text && *text && sc && sc->nprobes && !is_kernel(sc->probes[0]->module))
		t = types_find(c->types,
			       arena_printf(c->arena, "%s`%s", sc->probes[0]->module, text));
	if (!t && text && *text)
		t = sema_row_type(c, text);
	if (t && !type_is_void(type_resolve(t)))
		return t;
	sema_error(c, "D_ARGS_TYPE", n, "failed to resolve %s type for args[%u]", what, index);
	return NULL;
}

/* The native argument as an expression of its own. */
static struct node *native_arg(struct sema_ctx *c, const struct node *n, struct type *t,
			       uint32_t native)
{
	struct node *a = sema_node(c, NODE_INDEX, n->src, 2);
	a->kids[0] = node_clone(c->arena, n->kids[0]);
	a->kids[1] = sema_node(c, NODE_INT, n->src, 0);
	sema_make_int(a->kids[1], types_int(c->types, 4, true), native);
	a->kids[0]->type = types_dyn(c->types);
	a->ident = a->kids[0]->ident;
	a->type = t;
	a->id = (int32_t)native;
	a->is_user = type_is_ptr(t) && type_resolve(t)->is_user;
	return a;
}

static struct node *typed_arg(struct sema_ctx *c, struct node *n, const struct probe_arg *arg,
			      unsigned index)
{
	struct type *nt = arg_type(c, n, arg->type, "native", index);
	if (!nt)
		return n;
	if (arg->of_caller)
		nt = types_userland(c->types, nt);
	struct node *native = native_arg(c, n, nt, arg->native);
	if (!arg->xtype || strcmp(arg->xtype, arg->type) == 0)
		return native;
	struct type *xt = arg_type(c, n, arg->xtype, "translated", index);
	if (!xt)
		return n;
	if (type_is_string(xt) || (type_is_scalar(xt) && !type_is_ptr(xt)))
		return ops_cast_to(c, native, xt, n);
	struct node *x = sema_xlate_make(c, native, nt, xt);
	if (x)
		return x;
	if (type_is_ptr(xt) && type_is_ptr(nt) && type_compat(xt, nt))
		return ops_cast_to(c, native, xt, n);
	sema_error(c, "D_ARGS_XLATOR", n, "translator for args[%u] from %s to %s is not defined",
		   index, sema_type_text(c, nt), sema_type_text(c, xt));
	return n;
}

struct node *args_expr(struct sema_ctx *c, struct node *n)
{
	if (!c->clause || !c->s->registry) {
		sema_error(c, "D_ARGS_NONE", n,
			   "args[ ] may not be referenced outside of a probe clause");
		return n;
	}
	if (n->nkids != 2) {
		sema_error(c, "D_PROTO_LEN", n,
			   "args[ ] prototype mismatch: %u args passed, 1 expected", n->nkids - 1);
		return n;
	}
	struct node *i = n->kids[1] = sema_expr(c, n->kids[1]);
	if (!i->type)
		return n;
	if (i->kind != NODE_INT || !type_is_int(i->type)) {
		sema_error(
		    c, "D_PROTO_ARG", i,
		    "args[ ] argument #1 is incompatible with prototype:\n\tprototype: integer "
		    "constant\n\t argument: %s",
		    sema_node_type_text(c, i));
		return n;
	}
	struct probe_arg args[ARGS_MAX];
	memset(args, 0, sizeof(args));
	int have = clause_args(c, args);
	if (have < 0) {
		sema_error(c, "D_ARGS_MULTI", n,
			   "args[ ] may not be referenced because probe description %s matches an "
			   "unstable set of probes",
			   c->clause->description);
		diag_hint(c->diags, "args[ ] has the types of one probe: name one, or use arg0");
		return n;
	}
	if (i->ival >= (uint64_t)have) {
		sema_error(c, "D_ARGS_IDX", n, "index %lld is out of range for %s args[ ]",
			   (long long)i->ival, c->clause->description);
		diag_hint(c->diags, "dtrace -lvn '%s' lists the arguments", c->clause->description);
		return n;
	}
	if (args[i->ival].why_not) {
		sema_error(c, "D_ARGS_TYPE", n, "args[%lld] of %s cannot be read: %s",
			   (long long)i->ival, c->clause->description, args[i->ival].why_not);
		return n;
	}
	struct ident *id = n->kids[0]->ident;
	sema_use_attr(c, n, "args", id->attr);
	return typed_arg(c, n, &args[i->ival], (unsigned)i->ival);
}

/* ---- kernel symbols ---- */

/* Types of data symbols that programs read most; the kernel's own type information has those of
 * functions and per-CPU data only. */
static const struct {
	const char *name, *type;
} known_symbols[] = {
    {"jiffies", "unsigned long"},
    {"jiffies_64", "uint64_t"},
    {"max_pfn", "unsigned long"},
    {"max_low_pfn", "unsigned long"},
    {"min_low_pfn", "unsigned long"},
    {"totalram_pages", "unsigned long"},
    {"_totalram_pages", "unsigned long"},
    {"nr_cpu_ids", "unsigned int"},
    {"high_memory", "void *"},
    {"linux_banner", "char [256]"},
    {"saved_command_line", "char *"},
    {"avenrun", "unsigned long [3]"},
    {"nr_threads", "int"},
    {"total_forks", "unsigned long"},
    {"panic_timeout", "int"},
    {"pid_max", "int"},
    {"tainted_mask", "unsigned long"},
    {"loops_per_jiffy", "unsigned long"},
    {"tick_nsec", "unsigned long"},
    {"cad_pid", "struct pid *"},
    {"init_task", "struct task_struct"},
    {"init_mm", "struct mm_struct"},
    {"init_pid_ns", "struct pid_namespace"},
    {"init_user_ns", "struct user_namespace"},
    {"init_uts_ns", "struct uts_namespace"},
    {"init_net", "struct net"},
    {"init_cred", "struct cred"},
    {"system_wq", "struct workqueue_struct *"},
};

static struct type *known_symbol_type(struct types *ts, const char *name)
{
	for (unsigned i = 0; i < sizeof(known_symbols) / sizeof(known_symbols[0]); i++)
		if (strcmp(known_symbols[i].name, name) == 0)
			return types_find(ts, known_symbols[i].type);
	return NULL;
}

struct type *sema_symbol_type(struct types *ts, const char *name)
{
	struct btf *b = types_kernel_btf(ts);
	if (b) {
		uint32_t id = btf_find(b, name, BTF_KIND_VAR);
		if (!id)
			id = btf_find(b, name, BTF_KIND_FUNC);
		if (id)
			return types_from_btf(ts, b, id);
	}
	return known_symbol_type(ts, name);
}

/* Variables of the classic kernel that say the same of any. */
static const struct host_row {
	const char *name, *type;
	enum host_var var;
} host_rows[] = {
    {"hp_avenrun", "int [3]", HOST_AVENRUN},	   {"mpid", "int", HOST_MPID},
    {"freemem", "unsigned long", HOST_FREEMEM},	   {"physmem", "unsigned long", HOST_PHYSMEM},
    {"_pagesize", "unsigned long", HOST_PAGESIZE}, {"ncpus", "int", HOST_NCPUS},
    {"ncpus_online", "int", HOST_NCPUS_ONLINE},
};

static const struct host_row *host_row(const struct node *n)
{
	for (unsigned i = 0; is_kernel(n->scope) && i < sizeof(host_rows) / sizeof(host_rows[0]);
	     i++)
		if (strcmp(host_rows[i].name, n->name) == 0)
			return &host_rows[i];
	return NULL;
}

struct symbol {
	enum symbol_at at;
	uint64_t addr;
};

/* Per-CPU variables have a type and a place of their own, whatever kallsyms says. */
static bool is_percpu(struct sema_ctx *c, const struct node *n)
{
	struct btf *b = types_kernel_btf(c->types);
	uint32_t off;
	return b && is_kernel(n->scope) && btf_percpu_offset(b, n->name, &off);
}

static bool is_jiffies(const struct node *n)
{
	return is_kernel(n->scope) && strncmp(n->name, "jiffies", 7) == 0 &&
	       (!n->name[7] || strcmp(n->name + 7, "_64") == 0);
}

/* False when there is no such symbol (reported). Without a way to ask, every symbol is taken to be
 * there. */
static bool symbol_find(struct sema_ctx *c, const struct node *n, struct symbol *out)
{
	const char *module = is_kernel(n->scope) ? "" : n->scope;
	*out = (struct symbol){.at = SYMBOL_PERCPU};
	if (is_percpu(c, n))
		return true;
	out->at = SYMBOL_ADDRESS;
	out->addr = c->s->ksym ? c->s->ksym(c->s->ksym_ctx, module, n->name) : 0;
	if (out->addr || !c->s->ksym)
		return true;
	out->at = SYMBOL_JIFFIES;
	if (is_jiffies(n))
		return true;
	out->at = SYMBOL_ABSENT;
	if (c->s->opts && c->s->opts->value[OPT_KNODEFS])
		return true;
	sema_error(c, "D_IDENT_UNDEF", n, "failed to resolve %s`%s: Unknown symbol name", n->scope,
		   n->name);
	if (!c->s->ksym(c->s->ksym_ctx, "", "jiffies"))
		diag_hint(c->diags, "this kernel tells the addresses of its functions only "
				    "(CONFIG_KALLSYMS_ALL is not set)");
	return false;
}

static void make_symbol(struct sema_ctx *c, struct node *n, struct symbol s, struct type *t)
{
	static const struct stability private = {STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
	sema_use_attr(c, n, n->name, private);
	n->kind = NODE_SYM;
	n->id = s.at;
	n->ival = s.addr;
	n->type = t;
	n->is_lvalue = s.at != SYMBOL_JIFFIES && type_resolve(t)->kind != TYPE_FUNC;
	n->is_writable = false;
}

/* Variables of the classic kernel that are structures or texts: where Linux has them, from the current thread on. */
enum { PLACE_DEPTH = 4 };
static const struct {
	const char *name;
	struct {
		enum op op;
		const char *member;
	} path[PLACE_DEPTH];
} kernel_places[] = {
    {"utsname", {{OP_ARROW, "nsproxy"}, {OP_ARROW, "uts_ns"}, {OP_ARROW, "name"}}},
    {"platform",
     {{OP_ARROW, "nsproxy"}, {OP_ARROW, "uts_ns"}, {OP_ARROW, "name"}, {OP_DOT, "machine"}}},
};

static struct node *place_node(struct sema_ctx *c, const struct node *like, enum node_kind kind,
			       const char *name)
{
	struct node *n = arena_new_of(c->arena, struct node);
	*n = (struct node){.kind = kind, .src = like->src, .name = name, .height = like->height};
	return n;
}

/* What stands for a variable of the classic kernel; NULL: it is none of these. */
static struct node *kernel_place(struct sema_ctx *c, const struct node *n)
{
	unsigned i = 0;
	while (i < sizeof(kernel_places) / sizeof(kernel_places[0]) &&
	       !(is_kernel(n->scope) && strcmp(kernel_places[i].name, n->name) == 0))
		i++;
	if (i == sizeof(kernel_places) / sizeof(kernel_places[0]))
		return NULL;
	struct node *at = place_node(c, n, NODE_IDENT, "curthread");
	for (unsigned k = 0; k < PLACE_DEPTH && kernel_places[i].path[k].member; k++) {
		struct node *m = place_node(c, n, NODE_MEMBER, kernel_places[i].path[k].member);
		m->op = kernel_places[i].path[k].op;
		m->kids = arena_array(c->arena, struct node *, 1);
		m->kids[0] = at;
		m->nkids = 1;
		at = m;
	}
	return at;
}

/* Those that tell the time: a variable of ours by how many nanoseconds a unit has. */
static const struct {
	const char *name, *from;
	uint64_t ns;
} kernel_clocks[] = {
    {"time", "walltimestamp", 1000000000},
    {"lbolt", "timestamp", 10000000},
    {"lbolt64", "timestamp", 10000000},
};

static struct node *kernel_clock(struct sema_ctx *c, const struct node *n)
{
	unsigned i = 0, rows = sizeof(kernel_clocks) / sizeof(kernel_clocks[0]);
	while (i < rows && !(is_kernel(n->scope) && strcmp(kernel_clocks[i].name, n->name) == 0))
		i++;
	if (i == rows)
		return NULL;
	struct node *by = place_node(c, n, NODE_BINARY, NULL);
	by->op = OP_DIV;
	by->nkids = 2;
	by->kids = arena_array(c->arena, struct node *, 2);
	by->kids[0] = place_node(c, n, NODE_IDENT, kernel_clocks[i].from);
	by->kids[1] = place_node(c, n, NODE_INT, NULL);
	by->kids[1]->ival = kernel_clocks[i].ns;
	return by;
}

struct node *symbol_expr(struct sema_ctx *c, struct node *n)
{
	struct node *instead = kernel_place(c, n);
	if (!instead)
		instead = kernel_clock(c, n);
	if (instead)
		return sema_expr(c, instead);
	const struct host_row *host = host_row(n);
	if (host) {
		make_symbol(c, n, (struct symbol){.at = SYMBOL_HOST, .addr = host->var},
			    types_find(c->types, host->type));
		return n;
	}
	struct symbol at;
	if (!symbol_find(c, n, &at))
		return n;
	struct type *t = is_kernel(n->scope) ? sema_symbol_type(c->types, n->name) : NULL;
	if (!t && at.at == SYMBOL_ABSENT)
		t = types_int(c->types, 4, true);
	if (t) {
		make_symbol(c, n, at, t);
		return n;
	}
	sema_error(c, "D_SYM_NOTYPES", n,
		   "no symbolic type information is available for %s`%s: No type information "
		   "available for symbol",
		   n->scope, n->name);
	diag_hint(c->diags, "say what it is: *(int *)&%s`%s", n->scope, n->name);
	return n;
}

/* &`symbol, which needs no type: without one it is a void *. False: not a symbol of unknown type.
 */
bool symbol_address(struct sema_ctx *c, struct node *n)
{
	struct node *v = n->kids[0];
	struct symbol at;
	if (!v->scope || strcmp(v->scope, "self") == 0 || strcmp(v->scope, "this") == 0)
		return false;
	if (is_kernel(v->scope) && (host_row(v) || sema_symbol_type(c->types, v->name)))
		return false;
	if (!symbol_find(c, v, &at))
		return true;
	make_symbol(c, v, at, types_void(c->types));
	n->type = types_ptr(c->types, v->type);
	return true;
}
