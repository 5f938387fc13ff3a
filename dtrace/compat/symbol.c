/*
 * symbol.c - objects, symbols, types and addresses
 */
#include "dtrace/compat/compat.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- symbols ---- */

static void fill(const struct session_symbol *from, GElf_Sym *sym, dtrace_syminfo_t *info)
{
	if (sym)
		*sym = (GElf_Sym){.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
				  .st_shndx = SHN_ABS,
				  .st_value = from->start,
				  .st_size = from->size};
	if (info)
		*info = (dtrace_syminfo_t){.dts_object = from->object, .dts_name = from->name};
}

int dtrace_lookup_by_addr(dtrace_hdl_t *h, GElf_Addr addr, GElf_Sym *sym, dtrace_syminfo_t *info)
{
	LOCKED(h);
	struct err e = {0};
	struct session_symbol found;
	if (h->vector && h->vector->dtv_lookup_by_addr)
		return h->vector->dtv_lookup_by_addr(h->vector_arg, addr, sym, info);
	if (session_symbol_at(h->s, addr, &found, &e) < 0 || (sym && !found.name))
		return compat_fail(h, EDT_NOSYMADDR);
	fill(&found, sym, info);
	return 0;
}

/* Constants for groups of objects are small numbers, not text. */
static const char *object_name(const char *object)
{
	return (uintptr_t)object < 16 || (intptr_t)object < 0 ? NULL : object;
}

/* Whether there is the object that a caller names; those of every object, or of a group, are. */
static bool is_object(dtrace_hdl_t *h, const char *object)
{
	dtrace_objinfo_t o;
	const char *name = object_name(object);
	return !name || !*name || dtrace_object_info(h, name, &o) == 0;
}

int dtrace_lookup_by_name(dtrace_hdl_t *h, const char *object, const char *name, GElf_Sym *sym,
			  dtrace_syminfo_t *info)
{
	LOCKED(h);
	struct err e = {0};
	struct session_symbol found;
	if (!name || session_symbol_named(h->s, object_name(object), name, &found, &e) < 0)
		return compat_fail(h, is_object(h, object) ? EDT_NOSYM : EDT_NOMOD);
	fill(&found, sym, info);
	return 0;
}

int dtrace_addr2str(dtrace_hdl_t *h, uint64_t addr, char *out, int bytes)
{
	LOCKED(h);
	return (int)session_address_text(h->s, 0, addr, out, bytes > 0 ? (size_t)bytes : 0) + 1;
}

int dtrace_uaddr2str(dtrace_hdl_t *h, pid_t pid, uint64_t addr, char *out, int bytes)
{
	LOCKED(h);
	return (int)session_address_text(h->s, pid, addr, out, bytes > 0 ? (size_t)bytes : 0) + 1;
}

/* ---- objects ---- */

/* One line of /proc/modules: "ext4 1003520 2 - Live 0xffffffffc0000000". */
static bool parse_module(char *line, dtrace_objinfo_t *out)
{
	unsigned long long size, start;
	char *space = strchr(line, ' ');
	if (!space || sscanf(space, " %llu %*s %*s %*s %llx", &size, &start) != 2)
		return false;
	*space = '\0';
	*out = (dtrace_objinfo_t){.dto_name = line,
				  .dto_file = "",
				  .dto_flags = DTRACE_OBJ_F_KERNEL,
				  .dto_text_va = start,
				  .dto_text_size = size};
	return true;
}

static void kernel_object(dtrace_hdl_t *h, dtrace_objinfo_t *out)
{
	struct err e = {0};
	struct session_symbol first, last;
	*out = (dtrace_objinfo_t){.dto_name = "vmlinux",
				  .dto_file = "",
				  .dto_flags = DTRACE_OBJ_F_KERNEL | DTRACE_OBJ_F_PRIMARY};
	if (session_symbol_named(h->s, "vmlinux", "_stext", &first, &e) == 0 &&
	    session_symbol_named(h->s, "vmlinux", "_etext", &last, &e) == 0) {
		out->dto_text_va = first.start;
		out->dto_text_size = last.start - first.start;
	}
}

int dtrace_object_iter(dtrace_hdl_t *h, dtrace_obj_f *fn, void *arg)
{
	LOCKED(h);
	dtrace_objinfo_t o;
	char line[512];
	if (!fn)
		return compat_fail(h, EINVAL);
	kernel_object(h, &o);
	int r = fn(h, &o, arg), id = 0;
	FILE *modules = fopen("/proc/modules", "re");
	while (r == 0 && modules && fgets(line, sizeof(line), modules))
		if (parse_module(line, &o)) {
			o.dto_id = ++id;
			r = fn(h, &o, arg);
		}
	if (modules)
		fclose(modules);
	return r;
}

struct wanted {
	const char *name;
	dtrace_objinfo_t *out;
};

static int keep_object(dtrace_hdl_t *h, const dtrace_objinfo_t *o, void *arg)
{
	struct wanted *w = arg;
	(void)h;
	if (strcmp(o->dto_name, w->name) != 0)
		return 0;
	*w->out = *o;
	w->out->dto_name = w->name;
	return 1;
}

int dtrace_object_info(dtrace_hdl_t *h, const char *object, dtrace_objinfo_t *out)
{
	LOCKED(h);
	struct wanted w = {.name = object_name(object), .out = out};
	if (!out)
		return compat_fail(h, EINVAL);
	return w.name && dtrace_object_iter(h, keep_object, &w) == 1 ? 0
								     : compat_fail(h, EDT_NOMOD);
}

/* ---- types ---- */

ctf_id_t compat_type(dtrace_hdl_t *h, const char *name, size_t size)
{
	struct ctf_file *t = &h->types;
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->names[i], name) == 0)
			return (ctf_id_t)i + 1;
	char **names = realloc(t->names, (t->n + 1) * sizeof(*names));
	if (names)
		t->names = names;
	size_t *sizes = realloc(t->sizes, (t->n + 1) * sizeof(*sizes));
	if (sizes)
		t->sizes = sizes;
	char *copy = names && sizes ? strdup(name) : NULL;
	if (!copy)
		return -1;
	t->names[t->n] = copy;
	t->sizes[t->n] = size;
	return (ctf_id_t)++t->n;
}

char *ctf_type_name(ctf_file_t *t, ctf_id_t id, char *out, size_t bytes)
{
	if (!t || id < 1 || (size_t)id > t->n || !bytes)
		return NULL;
	snprintf(out, bytes, "%s", t->names[id - 1]);
	return out;
}

ssize_t ctf_type_size(ctf_file_t *t, ctf_id_t id)
{
	return t && id >= 1 && (size_t)id <= t->n ? (ssize_t)t->sizes[id - 1] : -1;
}

static int give_type(dtrace_hdl_t *h, const struct session_type *type, dtrace_typeinfo_t *out)
{
	ctf_id_t id = compat_type(h, type->name, type->size);
	if (id < 0)
		return compat_fail(h, ENOMEM);
	*out = (dtrace_typeinfo_t){.dtt_object = "vmlinux", .dtt_ctfp = &h->types, .dtt_type = id};
	return 0;
}

static int type_named(dtrace_hdl_t *h, const char *name, dtrace_typeinfo_t *out)
{
	struct err e = {0};
	struct session_type type;
	if (session_type_named(h->s, name, &type, &e) < 0)
		return compat_fail_with(h, &e, EDT_NOTYPE);
	return give_type(h, &type, out);
}

int dtrace_symbol_type(dtrace_hdl_t *h, const GElf_Sym *sym, const dtrace_syminfo_t *info,
		       dtrace_typeinfo_t *out)
{
	LOCKED(h);
	struct err e = {0};
	struct session_type type;
	(void)sym; /* its name says it all */
	if (!info || !info->dts_name)
		return compat_fail(h, EINVAL);
	if (session_symbol_type(h->s, info->dts_object, info->dts_name, &type, &e) < 0)
		return compat_fail_with(h, &e, EDT_NOTYPE);
	return give_type(h, &type, out);
}

int dtrace_lookup_by_type(dtrace_hdl_t *h, const char *object, const char *name,
			  dtrace_typeinfo_t *out)
{
	LOCKED(h);
	if (!is_object(h, object))
		return compat_fail(h, EDT_NOMOD);
	return name && type_named(h, name, out) == 0 ? 0 : compat_fail(h, EDT_NOTYPE);
}

int dtrace_type_strcompile(dtrace_hdl_t *h, const char *declaration, dtrace_typeinfo_t *out)
{
	LOCKED(h);
	return declaration ? type_named(h, declaration, out) : compat_fail(h, EINVAL);
}

int dtrace_type_fcompile(dtrace_hdl_t *h, FILE *fp, dtrace_typeinfo_t *out)
{
	LOCKED(h);
	char text[4096];
	if (!fp)
		return compat_fail(h, EINVAL);
	size_t n = fread(text, 1, sizeof(text) - 1, fp);
	text[n] = '\0';
	return ferror(fp) ? compat_fail(h, errno) : type_named(h, text, out);
}
