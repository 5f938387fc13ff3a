/*
 * statement.c - statements of programs: those of a compiled one, and those that a consumer makes
 *
 * There is no DIF: a statement made by hand has actions without expressions only, and the program is D
 * text, written when it is first enabled or asked about, and compiled as any other.
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- of a compiled program ---- */

static int count_description(void *arg, const struct session_probe *pattern,
			     const struct session_attributes *attributes)
{
	(void)pattern;
	(void)attributes;
	((dtrace_prog_t *)arg)->nstatements++;
	return 0;
}

static int keep_description(void *arg, const struct session_probe *pattern,
			    const struct session_attributes *attributes)
{
	struct statement **next = arg, *s = (*next)++;
	s->stmt = (dtrace_stmtdesc_t){.dtsd_ecbdesc = &s->ecb,
				      .dtsd_descattr = compat_attribute(*attributes),
				      .dtsd_stmtattr = compat_attribute(*attributes)};
	relay_probe(&s->ecb.dted_probe, pattern);
	return 0;
}

static int make_statements(dtrace_hdl_t *h, dtrace_prog_t *p)
{
	if (p->statements || !p->program)
		return 0;
	p->nstatements = 0;
	session_program_descriptions(p->program, count_description, p);
	struct statement *next = p->statements = calloc(p->nstatements + 1, sizeof(*next));
	if (!next)
		return compat_fail(h, ENOMEM);
	session_program_descriptions(p->program, keep_description, &next);
	return 0;
}

int dtrace_stmt_iter(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_stmt_f *fn, void *arg)
{
	LOCKED(h);
	if (!compat_owns(h, p) || !fn)
		return compat_fail(h, EINVAL);
	int r = p->nadded ? 0 : make_statements(h, p);
	for (size_t i = 0; r == 0 && !p->nadded && i < p->nstatements; i++)
		r = fn(h, p, &p->statements[i].stmt, arg);
	for (size_t i = 0; r == 0 && i < p->nadded; i++)
		r = fn(h, p, p->added[i], arg);
	return r;
}

/* ---- made by hand ---- */

dtrace_stmtdesc_t *dtrace_stmt_create(dtrace_hdl_t *h, dtrace_ecbdesc_t *ecb)
{
	LOCKED(h);
	dtrace_stmtdesc_t *s = ecb ? calloc(1, sizeof(*s)) : NULL;
	if (!s) {
		compat_fail(h, ecb ? ENOMEM : EINVAL);
		return NULL;
	}
	ecb->dted_refcnt++;
	s->dtsd_ecbdesc = ecb;
	return s;
}

dtrace_actdesc_t *dtrace_stmt_action(dtrace_hdl_t *h, dtrace_stmtdesc_t *s)
{
	LOCKED(h);
	dtrace_actdesc_t *a = s ? calloc(1, sizeof(*a)) : NULL;
	if (!a) {
		compat_fail(h, s ? ENOMEM : EINVAL);
		return NULL;
	}
	dtrace_actdesc_t **end = &s->dtsd_ecbdesc->dted_action;
	while (*end)
		end = &(*end)->dtad_next;
	*end = a;
	a->dtad_refcnt = 1;
	a->dtad_uarg = (uintptr_t)s;
	s->dtsd_action_last = a;
	if (!s->dtsd_action)
		s->dtsd_action = a;
	return a;
}

/* The actions that the statement has put into its description go with it. */
static void free_statement(dtrace_stmtdesc_t *s)
{
	dtrace_actdesc_t **at = &s->dtsd_ecbdesc->dted_action;
	while (*at) {
		dtrace_actdesc_t *a = *at;
		if (a->dtad_uarg != (uintptr_t)s) {
			at = &a->dtad_next;
			continue;
		}
		*at = a->dtad_next;
		free(a);
	}
	s->dtsd_ecbdesc->dted_refcnt--;
	free(s);
}

void dtrace_stmt_destroy(dtrace_hdl_t *h, dtrace_stmtdesc_t *s)
{
	LOCKED(h);
	if (s)
		free_statement(s);
}

static bool of_compiled(const dtrace_hdl_t *h, const dtrace_ecbdesc_t *ecb)
{
	for (const dtrace_prog_t *p = h->programs; p; p = p->next)
		for (size_t i = 0; i < p->nstatements && p->statements; i++)
			if (&p->statements[i].ecb == ecb)
				return true;
	return false;
}

/* Into D; nothing where an action has no such form. */
static int action_text(const dtrace_actdesc_t *a, char *out, size_t bytes)
{
	unsigned long long arg = a->dtad_arg;
	unsigned frames = DTRACE_USTACK_NFRAMES(arg), strings = DTRACE_USTACK_STRSIZE(arg);
	const char *stack = a->dtad_kind == DTRACEACT_JSTACK ? "jstack" : "ustack";
	if (a->dtad_difo)
		return 0;
	switch (a->dtad_kind) {
	case DTRACEACT_EXIT:
		return snprintf(out, bytes, " exit(%d);", (int)arg);
	case DTRACEACT_STACK:
		return frames ? snprintf(out, bytes, " stack(%u);", frames)
			      : snprintf(out, bytes, " stack();");
	case DTRACEACT_USTACK:
	case DTRACEACT_JSTACK:
		return frames && strings
			   ? snprintf(out, bytes, " %s(%u, %u);", stack, frames, strings)
		       : frames ? snprintf(out, bytes, " %s(%u);", stack, frames)
				: snprintf(out, bytes, " %s();", stack);
	case DTRACEACT_STOP:
		return snprintf(out, bytes, " stop();");
	case DTRACEACT_RAISE:
		return snprintf(out, bytes, " raise(%d);", (int)arg);
	case DTRACEACT_BREAKPOINT:
		return snprintf(out, bytes, " breakpoint();");
	case DTRACEACT_PANIC:
		return snprintf(out, bytes, " panic();");
	case DTRACEACT_CHILL:
		return snprintf(out, bytes, " chill(%llu);", arg);
	default:
		return 0;
	}
}

int dtrace_stmt_add(dtrace_hdl_t *h, dtrace_prog_t *p, dtrace_stmtdesc_t *s)
{
	LOCKED(h);
	char text[64];
	if (!compat_owns(h, p) || !s)
		return compat_fail(h, EINVAL);
	if (p->program)
		return compat_fail(h, EDT_BUSY);
	const dtrace_ecbdesc_t *ecb = s->dtsd_ecbdesc;
	bool good = !ecb->dted_pred.dtpdd_difo && !of_compiled(h, ecb);
	for (const dtrace_actdesc_t *a = ecb->dted_action; good && a; a = a->dtad_next)
		good = action_text(a, text, sizeof(text)) > 0;
	if (!good)
		return compat_fail(h, EDT_NOTSUP);
	dtrace_stmtdesc_t **more = realloc(p->added, (p->nadded + 1) * sizeof(*more));
	if (!more)
		return compat_fail(h, ENOMEM);
	p->added = more;
	p->added[p->nadded++] = s;
	return 0;
}

static bool seen_before(const dtrace_prog_t *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (p->added[k]->dtsd_ecbdesc == p->added[i]->dtsd_ecbdesc)
			return true;
	return false;
}

static void write_clause(FILE *out, const dtrace_ecbdesc_t *ecb)
{
	const dtrace_probedesc_t *d = &ecb->dted_probe;
	char text[64];
	if (d->dtpd_id)
		fprintf(out, "%u\n{", d->dtpd_id);
	else
		fprintf(out, "%s:%s:%s:%s\n{", d->dtpd_provider, d->dtpd_mod, d->dtpd_func,
			d->dtpd_name);
	for (const dtrace_actdesc_t *a = ecb->dted_action; a; a = a->dtad_next)
		if (action_text(a, text, sizeof(text)) > 0)
			fputs(text, out);
	fputs(" }\n", out);
}

int compat_compile_added(dtrace_hdl_t *h, dtrace_prog_t *p)
{
	struct err e = {0};
	char *text = NULL;
	size_t len = 0;
	if (p->program)
		return 0;
	FILE *out = open_memstream(&text, &len);
	for (size_t i = 0; out && i < p->nadded; i++)
		if (!seen_before(p, i))
			write_clause(out, p->added[i]->dtsd_ecbdesc);
	if (!out || fclose(out) != 0) {
		free(text);
		return compat_fail(h, ENOMEM);
	}
	const char *const flags[] = {"empty", NULL};
	struct session_source src = {.text = text, .len = len, .flags = flags};
	p->program = session_compile(h->s, &src, &e);
	free(text);
	return p->program ? 0 : compat_fail_with(h, &e, EDT_COMPILER);
}

void compat_free_statements(dtrace_prog_t *p)
{
	for (size_t i = 0; i < p->nadded; i++)
		free_statement(p->added[i]);
	free(p->added);
	free(p->statements);
}
