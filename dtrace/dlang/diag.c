/*
 * diag.c - collecting and rendering diagnostics; see diag.h
 */
#include "dtrace/dlang/diag.h"

#include <string.h>

enum { EXCERPT_MAX = 160 }; /* bytes of a source line worth quoting */

void diags_init(struct diags *d, struct arena *a, const char *filename)
{
	memset(d, 0, sizeof(*d));
	d->arena = a;
	d->filename = filename;
}

static bool is_other_file(const struct diags *d, const char *file)
{
	if (d->command_line && !d->filename)
		return file != NULL;
	return file && d->filename && file != d->filename && strcmp(file, d->filename) != 0;
}

static char *trimmed(struct arena *a, const char *fmt, va_list ap)
{
	char *s = arena_vprintf(a, fmt, ap);
	size_t n = strlen(s);
	while (n > 0 && s[n - 1] == '\n')
		s[--n] = '\0';
	return s;
}

void diag_verror(struct diags *d, const char *tag, struct src at, const char *fmt, va_list ap)
{
	d->total++;
	d->last_kept = d->list.n < DIAGS_MAX;
	if (!d->last_kept)
		return;
	struct diag *diag = vec_push(&d->list, d->arena);
	diag->tag = tag;
	diag->at = at;
	diag->text = trimmed(d->arena, fmt, ap);
	diag->other_file = is_other_file(d, at.file);
	if (d->command_line && !diag->other_file)
		diag->region = d->region ? d->region : "";
}

void diag_error(struct diags *d, const char *tag, struct src at, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	diag_verror(d, tag, at, fmt, ap);
	va_end(ap);
}

void diag_hint(struct diags *d, const char *fmt, ...)
{
	if (!d->last_kept)
		return;
	va_list ap;
	va_start(ap, fmt);
	vec_last(&d->list)->hint = trimmed(d->arena, fmt, ap);
	va_end(ap);
}

size_t diag_count(const struct diags *d)
{
	return d->total;
}

void diag_render_line(const struct diag *diag, bool errtags, struct buf *out)
{
	if (errtags && diag->tag)
		buf_printf(out, "[%s] ", diag->tag);
	if (diag->region && *diag->region)
		buf_printf(out, "in %s: ", diag->region);
	else if (diag->region)
		;
	else if (diag->at.line > 0 && diag->other_file)
		buf_printf(out, "\"%s\", line %u: ", diag->at.file, diag->at.line);
	else if (diag->at.line > 0)
		buf_printf(out, "line %u: ", diag->at.line);
	buf_puts(out, diag->text);
}

/* Start of the 1-based line; NULL when the text has fewer. */
static const char *find_line(const char *text, uint32_t line)
{
	while (line > 1) {
		text = strchr(text, '\n');
		if (!text)
			return NULL;
		text++;
		line--;
	}
	return text;
}

static void render_excerpt(const struct src *at, const char *text, struct buf *out)
{
	const char *line = find_line(text, at->line);
	if (!line)
		return;
	size_t n = strcspn(line, "\r\n");
	if (n == 0 || n > EXCERPT_MAX || at->col > n + 1)
		return;
	buf_puts(out, "    | ");
	buf_add(out, line, n);
	buf_puts(out, "\n    | ");
	for (uint32_t i = 1; i < at->col;
	     i++) /* tabs stay, so that the caret stands under its text */
		buf_putc(out, line[i - 1] == '\t' ? '\t' : ' ');
	buf_putc(out, '^');
	for (size_t i = 1; i < at->len && at->col + i <= n; i++)
		buf_putc(out, '~');
	buf_putc(out, '\n');
}

void diag_render(const struct diag *diag, bool errtags, const char *source_text, struct buf *out)
{
	diag_render_line(diag, errtags, out);
	buf_putc(out, '\n');
	if (diag->at.line > 0 && diag->at.col > 0) {
		buf_printf(out, "    at line %u, column %u\n", diag->at.line, diag->at.col);
		if (source_text && !diag->other_file)
			render_excerpt(&diag->at, source_text, out);
	}
	if (diag->hint)
		buf_printf(out, "    hint: %s\n", diag->hint);
}
