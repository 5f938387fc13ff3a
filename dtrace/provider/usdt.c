/*
 * usdt.c - the providers that programs define for themselves: static probes of processes
 *
 *	note in .note.stapsdt of a file that a process runs	-> NAMEpid:MODULE:FUNCTION:PROBE
 *
 * NAME and PROBE come from the note, function__entry as function-entry; pid is the number of the
 * process, MODULE the last part of the file's path, FUNCTION the function that holds the probe. A probe
 * that stands in several places, because its function was inlined, is one probe. Semaphores are raised
 * while it is traced, so that arguments which are made only for a tracer are made.
 *
 * A probe that this project's dtrace -h or its library made has types and translations of its
 * arguments in a note beside (usdt/note.h); of others only sizes and signs are known.
 *
 * The provider's name decides where is looked: in one process when it ends in the number of one, in all
 * when it is a pattern (see "Processes to come" in uprobe.h).
 */
#include "dtrace/bpf/image.h"
#include "dtrace/ir/ir.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"
#include "dtrace/provider/regs.h"
#include "dtrace/provider/uprobe.h"
#include "dtrace/sym/stapsdt.h"
#include "dtrace/usdt/note.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_MAX = 1024, SITES_MAX = 1 << UPROBE_OWN_BITS };

/* One place of a static probe in a file. */
struct usdt_site {
	const char *provider, *name, *function;
	uint64_t offset, semaphore; /* in the file */
	uint64_t addr;
	unsigned nargs;
	struct sdt_arg args[SDT_ARGS_MAX];
	const struct usdt_def_probe *types; /* NULL: not told */
	const struct usdt_def *def;	    /* ... what they are a part of */
	uint32_t number; /* among all that probes have been made of; UINT32_MAX: none yet */
};
/* uprobe_file.own */
struct usdt_file {
	VEC(struct usdt_site) sites;
	VEC(struct usdt_def) types;
};
struct usdt_provider { /* provider.data */
	struct uprobe_files files;
	struct map known;		     /* "provider\1module\1function\1name" -> probe */
	VEC(const struct usdt_site *) sites; /* by number */
	bool denied;			     /* some process could not be looked at */
};

/* ---- files ---- */

struct reading {
	struct arena *a;
	struct uprobe_file *file;
	struct usdt_file *out;
	uint64_t base; /* of .stapsdt.base as it is; 0: the file has no such section */
};

static bool find_symbol(void *arg, const char *name, uint64_t *addr)
{
	const struct reading *r = arg;

	return elf_file_symbol(r->file->elf, name, addr);
}

/* function__entry -> function-entry */
static const char *d_name(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *to = out;

	for (; *s; s++) {
		bool two = s[0] == '_' && s[1] == '_';
		*to++ = two ? '-' : *s;
		s += two;
	}
	*to = '\0';
	return out;
}

static int keep_note(void *arg, const struct elf_note *n)
{
	struct reading *r = arg;
	struct sdt_note note;
	uint64_t offset, semaphore = 0;

	if (r->out->sites.n >= SITES_MAX || !sdt_note_parse(r->file->elf, n, &note))
		return 0;
	/* What moved the file's addresses since it was linked moved the base as well. */
	uint64_t moved = r->base ? r->base - note.base : 0;
	if (!elf_file_offset(r->file->elf, note.addr + moved, &offset) ||
	    (note.semaphore && !elf_file_offset(r->file->elf, note.semaphore + moved, &semaphore)))
		return 0;
	struct usdt_site *s = vec_push(&r->out->sites, r->a);
	*s = (struct usdt_site){.provider = arena_strdup(r->a, note.provider),
				.name = d_name(r->a, note.name),
				.offset = offset,
				.semaphore = semaphore,
				.addr = note.addr + moved,
				.number = UINT32_MAX};
	s->nargs = sdt_args_parse(note.args, s->addr, find_symbol, r, s->args);
	return 0;
}

static int keep_types(void *arg, const struct elf_note *n)
{
	struct reading *r = arg;
	struct err ignored;
	struct usdt_def def = {0};

	if (n->type == USDT_NOTE_TYPES && !strcmp(n->owner, USDT_NOTE_OWNER) &&
	    usdt_note_decode(r->a, (const char *)n->desc, n->bytes, &def, &ignored) == 0)
		*vec_push(&r->out->types, r->a) = def;
	return 0;
}

static void find_types(const struct usdt_file *f, struct usdt_site *s)
{
	for (size_t i = 0; i < f->types.n; i++) {
		const struct usdt_def *def = &f->types.at[i];
		if (strcmp(def->name, s->provider) != 0)
			continue;
		for (size_t k = 0; k < def->probes.n; k++)
			if (!strcmp(def->probes.at[k].name, s->name)) {
				s->types = &def->probes.at[k];
				s->def = def;
			}
	}
}

/* Static probes of a file, read once. */
static struct usdt_file *usdt_file_of(struct usdt_provider *d, struct uprobe_file *f)
{
	struct arena *a = d->files.arena;

	if (f->own || !f->elf)
		return f->own;
	struct usdt_file *u = f->own = arena_new_of(a, struct usdt_file);
	struct reading r = {.a = a, .file = f, .out = u};
	const struct elf_section *base = elf_file_find(f->elf, ".stapsdt.base");
	r.base = base ? base->addr : 0;
	if (f->elf->machine != EM_X86_64 || !elf_file_find(f->elf, ".note.stapsdt"))
		return u;
	elf_file_notes(f->elf, keep_note, &r);
	elf_file_notes(f->elf, keep_types, &r);
	for (size_t i = 0; i < u->sites.n; i++)
		find_types(u, &u->sites.at[i]);
	return u;
}

/* ---- probes ---- */

struct search {
	struct provider *p;
	struct usdt_provider *d;
	struct registry *r;
	struct err *e;
	const char *prov, *mod, *name;
	bool pattern; /* prov is one */
	pid_t pid;
	const char *module;
	bool alias; /* ... is not the object's own name */
	unsigned objects;
};

static const char *function_of(struct search *s, struct usdt_site *site, struct uprobe_file *f,
			       const struct process_object *o)
{
	if (!site->function) {
		const struct elf_func *fn =
		    elf_funcs_at(uprobe_file_functions(f, s->pid, o->path), site->addr);
		site->function = fn ? fn->name : "";
	}
	return site->function;
}

/* pid 0: to come. */
static struct probe *probe_for(struct search *s, const struct usdt_site *site,
			       struct uprobe_file *f, uint32_t pid)
{
	char key[KEY_MAX];
	const char *prov =
	    pid ? arena_printf(s->p->arena, "%s%u", site->provider, pid) : site->provider;
	/* Those to come are apart for each file: what it is called may differ from process to process. */
	int n = snprintf(key, sizeof(key), "%s\1%s\1%s\1%s\1%p", prov, s->module, site->function,
			 site->name, pid ? NULL : (void *)f);

	if (n < 0 || n >= (int)sizeof(key))
		return NULL;
	void **at = map_atn(&s->d->known, key, (size_t)n);
	if (*at)
		return *at;
	struct uprobe *u = arena_new_of(s->p->arena, struct uprobe);
	*u = (struct uprobe){.file = f, .pid = pid};
	struct probe *p = registry_add(s->r, s->p, 0, prov, s->module, site->function, site->name,
				       (uint64_t)(uintptr_t)u);
	if (p)
		p->to_come = !pid, p->alias = s->alias;
	return *at = p;
}

static void add_place(struct search *s, struct probe *p, struct usdt_site *site)
{
	struct uprobe *u = p ? uprobe_of(p) : NULL;

	for (size_t i = 0; u && i < u->places.n; i++)
		if (u->places.at[i].offset == site->offset)
			return;
	if (site->number == UINT32_MAX) {
		if (s->d->sites.n >= SITES_MAX)
			return;
		site->number = (uint32_t)s->d->sites.n;
		*vec_push(&s->d->sites, s->p->arena) = site;
	}
	if (u)
		*vec_push(&u->places, s->p->arena) = (struct uprobe_place){
		    .offset = site->offset, .semaphore = site->semaphore, .own = site->number};
}

static void add_site(struct search *s, struct usdt_site *site, struct uprobe_file *f,
		     const struct process_object *o)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%d", site->provider, (int)s->pid);
	if (!probe_glob(s->prov, full) || !probe_glob(s->name, site->name))
		return;
	function_of(s, site, f, o);
	add_place(s, probe_for(s, site, f, (uint32_t)s->pid), site);
	if (probe_fits_any(s->prov, site->provider))
		add_place(s, probe_for(s, site, f, 0), site);
}

static void add_object(struct search *s, const struct process_object *o)
{
	struct err ignored = {0};

	s->module = uprobe_module(s->p->arena, s->mod, o, !s->objects);
	if (!s->module)
		return;
	s->objects++;
	s->alias = strcmp(s->module, o->name) != 0;
	struct uprobe_file *f = uprobe_file_of(&s->d->files, s->pid, o, &ignored);
	struct usdt_file *u = f ? usdt_file_of(s->d, f) : NULL;
	for (size_t i = 0; u && i < u->sites.n; i++)
		add_site(s, &u->sites.at[i], f, o);
}

static int add_process(void *arg, pid_t pid)
{
	struct search *s = arg;
	struct process_objects objects;
	struct err why = {0};

	if (!registry_looks_at(s->r, pid))
		return 0;
	s->pid = pid;
	s->objects = 0;
	if (process_objects(pid, &objects, &why) < 0 && why.code != ESRCH)
		s->d->denied = true;
	for (size_t i = 0; i < objects.n; i++)
		add_object(s, &objects.at[i]);
	process_objects_free(&objects);
	return 0;
}

/* A name that ends in the number of a process; it may have digits of its own before: python31234. */
static void add_named(struct search *s)
{
	const char *end = s->prov + strlen(s->prov), *at = end;

	while (at > s->prov + 1 && isdigit((unsigned char)at[-1])) {
		at--;
		if (*at != '0' && end - at < 9 && process_exists((pid_t)atoi(at)))
			add_process(s, (pid_t)atoi(at));
	}
}

static int usdt_provide(struct provider *p, struct registry *r, const char *prov, const char *mod,
			const char *func, const char *name, struct err *e)
{
	struct search s = {.p = p,
			   .d = p->data,
			   .r = r,
			   .e = e,
			   .prov = prov ? prov : "",
			   .mod = mod && *mod ? mod : "*",
			   .name = name ? name : "",
			   .pattern = probe_is_glob(prov)};

	(void)func;
	s.d->denied = false;
	if (s.pattern)
		process_each(add_process, &s);
	else if (strncmp(s.prov, "pid", 3) != 0 || !isdigit((unsigned char)s.prov[3]))
		add_named(&s);
	return 0;
}

/* ---- arguments ---- */

static const char *plain_type(const struct sdt_arg *a)
{
	static const char *const types[2][4] = {{"uint8_t", "uint16_t", "uint32_t", "uint64_t"},
						{"int8_t", "int16_t", "int32_t", "int64_t"}};
	if (a->is_float)
		return a->bytes == 4 ? "float" : "double";
	return types[a->is_signed][a->bytes == 1 ? 0 : a->bytes == 2 ? 1 : a->bytes == 4 ? 2 : 3];
}

static const struct usdt_site *first_site(const struct usdt_provider *d, const struct probe *p)
{
	const struct uprobe *u = uprobe_of(p);

	return u->places.n ? d->sites.at[u->places.at[0].own] : NULL;
}

/* Programs get the general registers of a thread. Those that hold floating point are still in use by it, and nowhere else. */
static const char *why_not(const struct usdt_provider *d, const struct probe *p, unsigned n)
{
	const struct uprobe *u = uprobe_of(p);

	for (size_t i = 0; i < u->places.n; i++) {
		const struct usdt_site *s = d->sites.at[u->places.at[i].own];
		if (n >= s->nargs || s->args[n].kind != SDT_UNKNOWN)
			return NULL;
	}
	return first_site(d, p)->args[n].is_float
		   ? "the program has it in a vector register, which the kernel shows to nobody"
		   : "where the program has it is not known here";
}

static int typed_args(const struct usdt_def_probe *t, struct probe_arg *args, int max)
{
	int n = 0;

	for (uint32_t i = 0; !t->has_xargs && i < t->nargs && n < max; i++)
		args[n++] = (struct probe_arg){.type = t->args[i].type, .native = i};
	for (uint32_t i = 0; t->has_xargs && i < t->nxargs && n < max; i++) {
		uint32_t native = t->xargs[i].native;
		if (native < t->nargs)
			args[n++] = (struct probe_arg){.type = t->args[native].type,
						       .xtype = t->xargs[i].type,
						       .native = native};
	}
	return n;
}

static int usdt_args(struct provider *p, const struct probe *probe, struct arena *a,
		     struct probe_arg *args, int max)
{
	const struct usdt_site *s = first_site(p->data, probe);
	int n = 0;

	(void)a;
	if (!s)
		return -1;
	if (s->types)
		n = typed_args(s->types, args, max);
	for (unsigned i = 0; !s->types && i < s->nargs && n < max; i++)
		args[n++] = (struct probe_arg){.type = plain_type(&s->args[i]), .native = i};
	for (int i = 0; i < n; i++)
		args[i].why_not = why_not(p->data, probe, args[i].native);
	return n;
}

static int reg_value(struct emit_env *env, int8_t reg)
{
	int16_t at = reg == SDT_RIP ? regs_layout.pc : regs_layout.by_number[reg];

	return ir_load(env->f, env->ctx, at, 8);
}

static int memory_value(struct emit_env *env, const struct sdt_arg *a)
{
	struct ir_func *f = env->f;
	int at = a->base == SDT_NO_REG ? ir_imm(f, a->disp) : reg_value(env, a->base);

	if (a->base != SDT_NO_REG && a->disp)
		at = ir_alu(f, IR_ADD, at, IRV_IMM(a->disp));
	if (a->index != SDT_NO_REG)
		at =
		    ir_alu(f, IR_ADD, at,
			   IRV_REG(ir_alu(f, IR_MUL, reg_value(env, a->index), IRV_IMM(a->scale))));
	return uprobe_emit_read(env, at, a->bytes);
}

static int value_of(struct emit_env *env, const struct sdt_arg *a)
{
	struct ir_func *f = env->f;
	int v;

	switch (a->kind) {
	case SDT_CONST:
		return ir_imm(f, a->disp);
	case SDT_REG:
		v = reg_value(env, a->base);
		if (a->shift)
			v = ir_alu(f, IR_SHR, v, IRV_IMM(a->shift));
		break;
	case SDT_MEM:
		v = memory_value(env, a);
		break;
	default:
		env->fault(env);
		return ir_imm(f, 0);
	}
	return a->bytes == 8 ? v : ir_unary(f, a->is_signed ? IR_SEXT : IR_ZEXT, v, a->bytes);
}

static bool same_operand(const struct sdt_arg *a, const struct sdt_arg *b)
{
	return a->kind == b->kind && a->bytes == b->bytes && a->is_signed == b->is_signed &&
	       a->base == b->base && a->index == b->index && a->scale == b->scale &&
	       a->shift == b->shift && a->disp == b->disp;
}

/* The different operands of one argument, over the places of a group. */
struct operands {
	VEC(struct sdt_arg) all;
	VEC(int) labels;
	VEC(struct uprobe_jump) places; /* by number, to the label of its operand */
};

static int label_of(struct operands *o, struct emit_env *env, const struct sdt_arg *a)
{
	for (size_t i = 0; i < o->all.n; i++)
		if (same_operand(&o->all.at[i], a))
			return o->labels.at[i];
	*vec_push(&o->all, env->arena) = *a;
	return *vec_push(&o->labels, env->arena) = ir_label(env->f);
}

static void find_operands(struct operands *o, const struct usdt_provider *d, struct emit_env *env,
			  unsigned n)
{
	static const struct sdt_arg none = {.kind = SDT_CONST};

	for (uint32_t g = 0; g < env->group->nprobes; g++) {
		const struct uprobe *u = uprobe_of(env->group->probes[g]);
		for (size_t i = 0; i < u->places.n && !u->covered; i++) {
			uint32_t number = u->places.at[i].own;
			const struct usdt_site *s = d->sites.at[number];
			int label = label_of(o, env, n < s->nargs ? &s->args[n] : &none);
			*vec_push(&o->places, env->arena) = (struct uprobe_jump){number, label};
		}
	}
}

static int usdt_emit_arg(struct provider *p, struct emit_env *env, const struct probe *first,
			 unsigned n)
{
	struct ir_func *f = env->f;
	struct operands o = {0};

	(void)first;
	find_operands(&o, p->data, env, n);
	if (o.all.n <= 1)
		return o.all.n ? value_of(env, &o.all.at[0]) : -1;
	int out = ir_reg(f), done = ir_label(f);
	ir_comment(f, "where this place has argument %u", n);
	uprobe_emit_jump(env, uprobe_emit_own(env), o.places.at, o.places.n, -1);
	for (size_t i = 0; i < o.all.n; i++) {
		ir_place(f, o.labels.at[i]);
		ir_mov(f, out, IRV_REG(value_of(env, &o.all.at[i])));
		ir_jmp(f, done);
	}
	ir_place(f, done);
	return out;
}

/* ---- the rest ---- */

static int usdt_site(struct provider *p, const struct probe *probe, struct probe_site *out,
		     struct err *e)
{
	(void)p, (void)probe, (void)e;
	uprobe_site("usdt", 0, out);
	return 0;
}

static void usdt_stability(struct provider *p, struct stability *attrs)
{
	(void)p;
	for (int i = 0; i < 5; i++)
		attrs[i] = (struct stability){STAB_UNSTABLE, STAB_UNSTABLE, CLASS_UNKNOWN};
	attrs[1] = attrs[2] = (struct stability){STAB_PRIVATE, STAB_PRIVATE, CLASS_UNKNOWN};
}

/* As the provider's definition says. */
static void usdt_probe_stability(struct provider *p, const struct probe *probe,
				 struct stability *attrs)
{
	const struct usdt_site *s = first_site(p->data, probe);

	usdt_stability(p, attrs);
	for (int i = 0; s && s->def && i < USDT_ATTRS; i++)
		if (s->def->attrs[i])
			stability_parse(s->def->attrs[i], &attrs[i]);
}

static const char *usdt_why_no_family(struct provider *p, const char *prov, const char *func,
				      const char *name)
{
	const struct usdt_provider *d = p->data;

	(void)func, (void)name;
	if (!strncmp(prov, "pid", 3))
		return NULL;
	if (d->denied && geteuid() != 0)
		return "some processes may not be looked at: needs root, or CAP_SYS_PTRACE";
	if (probe_is_glob(prov))
		return "no process has such a probe now; with -Z tracing begins, and one may come";
	if (!isdigit((unsigned char)prov[strlen(prov) - 1]))
		return arena_printf(p->arena,
				    "there is no provider %s; those of programs have the number of "
				    "their process behind: %s*, %s1234",
				    prov, prov, prov);
	const char *number = prov + strlen(prov);
	while (number > prov && isdigit((unsigned char)number[-1]))
		number--;
	if (process_exists((pid_t)atoi(number)))
		return arena_printf(p->arena,
				    "process %s has no such probe now; with -Z tracing begins, and "
				    "what it loads or becomes is looked at",
				    number);
	return NULL;
}

static void usdt_fini(struct provider *p)
{
	struct usdt_provider *d = p->data;

	uprobe_files_fini(&d->files);
}

static const struct probe_doc docs[] = {
    {.function = "FUNCTION",
     .name = "PROBE",
     .source = "uprobe at a static probe",
     .context = "the thread that makes it happen",
     .note = "those of the probe, with the types that its program gives",
     .here = true},
};

static const struct provider_ops usdt_ops = {
    .name = "usdt",
    .provide_family = usdt_provide,
    .site = usdt_site,
    .attach = uprobe_attach,
    .args = usdt_args,
    .emit_arg = usdt_emit_arg,
    .emit_dispatch = uprobe_emit_dispatch,
    .stability = usdt_stability,
    .probe_stability = usdt_probe_stability,
    .why_no_family = usdt_why_no_family,
    .docs = docs,
    .ndocs = sizeof(docs) / sizeof(docs[0]),
    .fini = usdt_fini,
};

void provider_usdt_add(struct registry *r)
{
	struct arena *a = registry_arena(r);
	struct usdt_provider *d = arena_new_of(a, struct usdt_provider);

	d->files.arena = d->files.by_inode.arena = d->known.arena = a;
	registry_add_provider(r, &usdt_ops, 0, d);
}
