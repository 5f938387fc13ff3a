/*
 * lex_ctl.c - control lines: #pragma, #ident, #error, #line and cpp's line markers
 *
 * In: the lexer on the # of a line. Out: position changed, or a pragma queued for the parser, or an
 * error; the lexer on the line's newline. What pragmas mean is sema's affair.
 */
#include "dtrace/dlang/lex_int.h"

#include <stdio.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* The line's text without comments and outer blanks. A comment counts as one blank and may not
 * leave the line. */
static char *line_text(struct arena *a, const char *p, const char *end)
{
	char *s = arena_alloc(a, (size_t)(end - p) + 1), *out = s, quote = '\0';
	while (p < end && is_blank(*p))
		p++;
	while (p < end) {
		if (!quote && end - p >= 2 && p[0] == '/' && p[1] == '*') {
			const char *close = memmem(p + 2, (size_t)(end - p - 2), "*/", 2);
			p = close ? close + 2 : end;
			*out++ = ' ';
			continue;
		}
		if (quote && *p == '\\' && p + 1 < end)
			*out++ = *p++;
		else if (*p == quote)
			quote = '\0';
		else if (!quote && *p == '"')
			quote = *p;
		*out++ = *p++;
	}
	while (out > s && is_blank(out[-1]))
		out--;
	*out = '\0';
	return s;
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

enum { CPP_SYSTEM_HEADER = '3' };

/* `12 "file" flags`: the next line is line 12 of file. */
static bool set_position(struct lexer *lx, const char *s)
{
	size_t n;
	uint64_t line = lex_decimal(s, s + strlen(s), &n);
	if (n == 0 || line > UINT32_MAX - 1)
		return false;
	s = skip_blanks(s + n);
	if (*s == '"') {
		const char *close = strchr(s + 1, '"');
		if (!close)
			return false;
		lx->file = arena_strndup(lx->arena, s + 1, (size_t)(close - s - 1));
		lx->in_system = strchr(close + 1, CPP_SYSTEM_HEADER) != NULL;
	} else if (*s) {
		return false;
	}
	lx->line = (uint32_t)line - 1; /* the newline to come makes it line */
	return true;
}

/* The one option that the lexer itself obeys: it must hold before sema sees the pragma. */
static bool is_defaultargs(const char *text)
{
	char d[2], option[8], name[12], more[2];
	return sscanf(text, "%1s %7s %11s %1s", d, option, name, more) == 3 &&
	       strcmp(d, "D") == 0 && strcmp(option, "option") == 0 &&
	       strcmp(name, "defaultargs") == 0;
}

static void queue_pragma(struct lexer *lx, struct src at, const char *text)
{
	lx->default_args = lx->default_args || is_defaultargs(text);
	if (!lx->diags)
		return;
	struct pragma_queue *q = arena_new_of(lx->arena, struct pragma_queue);
	q->pragma = arena_new_of(lx->arena, struct pragma);
	*q->pragma = (struct pragma){at, text, lx->in_item};
	*lx->pragmas_tail = q;
	lx->pragmas_tail = &q->next;
}

static bool word_is(const char *s, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(s, word, n) == 0;
}

/* "D line 12 ..." and "line 12 ..." say what #line 12 ... says: what stands behind "line"; else NULL. */
static const char *pragma_line(const char *s)
{
	if (*s == 'D' && is_blank(s[1]))
		s = skip_blanks(s + 1);
	return strncmp(s, "line", 4) == 0 && is_blank(s[4]) ? skip_blanks(s + 4) : NULL;
}

static void pragma(struct lexer *lx, struct src at, const char *s)
{
	const char *position = pragma_line(s);
	queue_pragma(lx, at, s);
	if (position)
		set_position(lx, position); /* sema complains when it is none */
}

/* What a text that was not preprocessed has no right to. */
static bool is_cpp_word(const char *s, size_t n)
{
	static const char *const words[] = {"define", "undef", "include", "if",	  "ifdef",
					    "ifndef", "else",  "elif",	  "endif"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (word_is(s, n, words[i]))
			return true;
	return false;
}

static void control_word(struct lexer *lx, struct src at, const char *s)
{
	size_t n = 0;
	while (lex_is_ident(s[n]))
		n++;
	if (word_is(s, n, "pragma")) {
		pragma(lx, at, skip_blanks(s + n));
	} else if (word_is(s, n, "ident") || word_is(s, n, "error")) {
		queue_pragma(lx, at, s);
	} else if (word_is(s, n, "line")) {
		if (!set_position(lx, skip_blanks(s + n)))
			lex_report(lx, at, "D_PRAGMA_MALFORM", "malformed #line directive");
	} else if (!lx->opts->definitions || is_cpp_word(s, n)) {
		lex_report(lx, at, "D_PRAGCTL_INVAL", "invalid control directive: #%s",
			   n ? arena_strndup(lx->arena, s, n) : s);
		if (lx->diags)
			diag_hint(lx->diags, "-C runs the C preprocessor first");
	}
}

void lex_control(struct lexer *lx)
{
	struct src at = lex_here(lx);
	const char *nl = memchr(lx->p, '\n', (size_t)(lx->end - lx->p));
	const char *end = nl ? nl : lx->end;
	const char *s = line_text(lx->arena, lx->p + 1, end);
	lx->p = end;
	at.len = 1;
	if (lex_is_digit(*s)) {
		if (!set_position(lx, s))
			lex_report(lx, at, "D_PRAGMA_MALFORM", "malformed line directive");
	} else if (*s) {
		control_word(lx, at, s);
	}
}
