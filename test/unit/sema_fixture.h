/*
 * sema_fixture.h - sema over a registry of a few probes, without a kernel
 *
 * run_init() makes an empty program, run_init_unprobed() one that no registry holds to probes; run_text() and
 * run_source() compile into it, run_fini() frees all of it.
 */
#ifndef SEMA_FIXTURE_H
#define SEMA_FIXTURE_H

#include "dtrace/dlang/parse.h"
#include "dtrace/sema/sema.h"

#include <string.h>

/* ---- a registry of a few probes ---- */

static const struct {
	const char *module, *function, *name;
	struct probe_arg args[3];
	int nargs;
} fake_probes[] = {
    {"vmlinux",
     "read",
     "entry",
     {{"unsigned int", "fd", NULL, 0}, {"userland char *", "buf", NULL, 1}},
     2},
    {"vmlinux", "write", "entry", {{"unsigned int", "fd", NULL, 0}}, 1},
    {"vmlinux", "read", "return", {{"long", NULL, NULL, 0}}, 1},
    {"vmlinux", "write", "return", {{"long", NULL, NULL, 0}}, 1},
    {"",
     "",
     "xl",
     {{"struct nat *", NULL, "struct out *", 2}, {"struct nat *", NULL, "struct none *", 1}},
     2},
    {"", "", "bad", {{"no_such_type_t", NULL, NULL, 0}}, 1},
};

static inline int fake_provide(struct provider *p, struct registry *r, const char *mod,
			       const char *func, const char *name, struct err *e)
{
	(void)mod;
	(void)func;
	(void)name;
	(void)e;
	for (unsigned i = 0; i < sizeof(fake_probes) / sizeof(fake_probes[0]); i++)
		registry_add(r, p, i, "syscall", fake_probes[i].module, fake_probes[i].function,
			     fake_probes[i].name, i);
	return 0;
}

static inline int fake_args(struct provider *p, const struct probe *probe, struct arena *a,
			    struct probe_arg *args, int max)
{
	(void)p;
	(void)a;
	for (int i = 0; i < fake_probes[probe->data].nargs && i < max; i++)
		args[i] = fake_probes[probe->data].args[i];
	return fake_probes[probe->data].nargs;
}

static inline int basic_provide(struct provider *p, struct registry *r, const char *mod,
				const char *func, const char *name, struct err *e)
{
	static const char *const names[] = {"BEGIN", "END", "ERROR"};
	(void)mod;
	(void)func;
	(void)name;
	(void)e;
	for (unsigned i = 0; i < 3; i++)
		registry_add(r, p, i, "dtrace", "", "", names[i], i);
	return 0;
}

static const struct provider_ops fake_ops = {
    .name = "syscall", .provide = fake_provide, .args = fake_args};
static const struct provider_ops basic_ops = {.name = "dtrace", .provide = basic_provide};

/* ---- compiling ---- */

struct run {
	struct arena *arena;
	struct types *types;
	struct diags diags;
	struct options opts;
	struct sema sema;
	struct program_ast *ast;
	struct sema_program prog;
	int rc;
};

static inline uint64_t fake_ksym(void *ctx, const char *module, const char *name)
{
	(void)ctx;
	bool none = strncmp(name, "no", 2) == 0 || strcmp(module, "nomod") == 0;
	return none ? 0 : 0x1000;
}

static inline void run_init_unprobed(struct run *r)
{
	memset(r, 0, sizeof(*r));
	r->arena = arena_new();
	r->types = types_new(r->arena, NULL, 256);
	diags_init(&r->diags, r->arena, "test.d");
	options_init(&r->opts);
	sema_init(&r->sema, r->arena, r->types, NULL, &r->opts, &r->diags);
}

static inline void run_init(struct run *r)
{
	run_init_unprobed(r);
	r->sema.registry = registry_new(r->arena, NULL, NULL);
	registry_add_provider(r->sema.registry, &basic_ops, 8, NULL);
	registry_add_provider(r->sema.registry, &fake_ops, 64, NULL);
	r->sema.ksym = fake_ksym;
}

/* Text of len bytes, which may hold any. */
static inline void run_source(struct run *r, const char *text, size_t len)
{
	struct parse_opts po = {
	    .is_typename = sema_is_typename, .typename_ctx = &r->sema, .is_file = true};
	r->rc = parse_program(r->arena, text, len, "test.d", &po, &r->diags, &r->ast);
	if (r->rc == 0)
		r->rc = sema_program(&r->sema, r->ast, &r->prog);
}

static inline void run_text(struct run *r, const char *text)
{
	run_source(r, text, strlen(text));
}

static inline const char *first_tag(const struct run *r)
{
	return r->diags.list.n ? r->diags.list.at[0].tag : "";
}

static inline const char *first_text(const struct run *r)
{
	return r->diags.list.n ? r->diags.list.at[0].text : "";
}

static inline void run_fini(struct run *r)
{
	arena_free(r->arena);
}

#endif
