/*
 * lex_lit.c - literals of D: integers, strings, character constants
 *
 * In: the lexer on the first character. Out: the token's value, the lexer behind the literal. There
 * are no floating-point constants in D; they are recognised in order to say so.
 */
#include "dtrace/dlang/lex_int.h"

#include <stdlib.h>
#include <string.h>

static int hex_value(char c)
{
	if (lex_is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

uint64_t lex_decimal(const char *p, const char *end, size_t *n)
{
	uint64_t v = 0;
	*n = 0;
	for (; p < end && lex_is_digit(*p); p++, (*n)++) {
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*p - '0'), &v))
			v = UINT64_MAX;
	}
	return v;
}

/* Digits of one base; false when the value does not fit 64 bits. */
static bool parse_digits(const char *p, const char *end, unsigned base, uint64_t *value)
{
	bool fits = true;
	*value = 0;
	for (; p < end; p++) {
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, (uint64_t)hex_value(*p), value))
			fits = false;
	}
	return fits;
}

/* Is this, behind the digits, the rest of a floating-point constant? */
static bool starts_fraction(const struct lexer *lx)
{
	char c = lex_peek(lx, 0), next = lex_peek(lx, 1);
	if (c == '.')
		return next != '.';
	if (c != 'e' && c != 'E')
		return false;
	return lex_is_digit(next) ||
	       ((next == '+' || next == '-') && lex_is_digit(lex_peek(lx, 2)));
}

static void skip_fraction(struct lexer *lx)
{
	while (lex_is_digit(lex_peek(lx, 0)) || lex_peek(lx, 0) == '.')
		lx->p++;
	if (lex_peek(lx, 0) == 'e' || lex_peek(lx, 0) == 'E')
		lx->p += lex_peek(lx, 1) == '+' || lex_peek(lx, 1) == '-' ? 2 : 1;
	while (lex_is_ident(lex_peek(lx, 0)))
		lx->p++;
	if (lx->p > lx->end)
		lx->p = lx->end;
}

static uint8_t lex_suffix(struct lexer *lx)
{
	uint8_t flags = 0;
	for (;;) {
		char c = lex_peek(lx, 0);
		if ((c == 'u' || c == 'U') && !(flags & INT_SUFFIX_U)) {
			flags |= INT_SUFFIX_U;
			lx->p++;
		} else if ((c == 'l' || c == 'L') && !(flags & (INT_SUFFIX_L | INT_SUFFIX_LL))) {
			bool twice = lex_peek(lx, 1) == c;
			flags |= twice ? INT_SUFFIX_LL : INT_SUFFIX_L;
			lx->p += twice ? 2 : 1;
		} else {
			return flags;
		}
	}
}

/* The first digit that its base does not have; NULL when all are good. Only octal can go wrong. */
static const char *bad_digit(const char *p, const char *end, unsigned base)
{
	if (base == 8)
		for (; p < end; p++)
			if (*p > '7')
				return p;
	return NULL;
}

void lex_number(struct lexer *lx, struct token *t)
{
	const char *start = lx->p;
	unsigned base = *start == '0' ? 8 : 10;
	t->kind = TOK_INT;
	if (*start == '0' && (lex_peek(lx, 1) | 0x20) == 'x' && hex_value(lex_peek(lx, 2)) >= 0) {
		base = 16;
		lx->p += 2;
	}
	const char *digits = lx->p;
	while (base == 16 ? hex_value(lex_peek(lx, 0)) >= 0 : lex_is_digit(lex_peek(lx, 0)))
		lx->p++;
	if (base != 16 && starts_fraction(lx)) {
		skip_fraction(lx);
		t->src.len = (uint32_t)(lx->p - start);
		lex_fail(lx, t, "D_SYNTAX", "floating-point constants are not permitted");
		return;
	}
	const char *end = lx->p, *bad = bad_digit(digits, end, base);
	t->int_flags = lex_suffix(lx);
	t->src.len = (uint32_t)(lx->p - start);
	if (base != 10)
		t->int_flags |= INT_NOT_DECIMAL;
	if (bad)
		lex_report(lx, t->src, "D_INT_DIGIT",
			   "integer constant %.*s contains invalid digit %c", (int)(lx->p - start),
			   start, *bad);
	else if (!parse_digits(digits, end, base, &t->ival))
		lex_report(lx, t->src, "D_INT_OFLOW",
			   "integer constant %.*s cannot be represented in any built-in "
			   "integral type",
			   (int)(lx->p - start), start);
}

static int simple_escape(char c)
{
	switch (c) {
	case 'a':
		return '\a';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'v':
		return '\v';
	case '"':
	case '\\':
	case '\'':
	case '?':
		return c;
	default:
		return -1;
	}
}

/* Decodes one escape behind its backslash: p on the next character. Returns the place behind it. An
 * escape that C does not know stays as it is, backslash included. */
static const char *decode_escape(const char *p, const char *end, char **out)
{
	if (*p >= '0' && *p <= '7') {
		int v = 0;
		for (int i = 0; i < 3 && p < end && *p >= '0' && *p <= '7'; i++, p++)
			v = v * 8 + (*p - '0');
		*(*out)++ = (char)v;
		return p;
	}
	if (*p == 'x' && p + 1 < end && hex_value(p[1]) >= 0) {
		unsigned v = 0;
		for (p++; p < end && hex_value(*p) >= 0; p++)
			v = (v << 4 | (unsigned)hex_value(*p)) & 0xff;
		*(*out)++ = (char)v;
		return p;
	}
	int c = simple_escape(*p);
	if (c < 0) {
		*(*out)++ = '\\';
		c = *p;
	}
	*(*out)++ = (char)c;
	return p + 1;
}

static char *decode(struct arena *a, const char *p, const char *end, size_t *n)
{
	char *s = arena_alloc(a, (size_t)(end - p) + 1), *out = s;
	while (p < end) {
		if (*p == '\\' && p + 1 < end)
			p = decode_escape(p + 1, end, &out);
		else
			*out++ = *p++;
	}
	*n = (size_t)(out - s);
	return s;
}

/* Finds the closing quote; lx->p ends behind it. Returns the body's end, or NULL at a newline or
 * the end. */
static const char *find_quote(struct lexer *lx, char quote)
{
	for (lx->p++; lx->p < lx->end && *lx->p != '\n'; lx->p++) {
		if (*lx->p == quote)
			return lx->p++;
		if (*lx->p == '\\' && lx->p + 1 < lx->end && lx->p[1] != '\n')
			lx->p++;
	}
	return NULL;
}

enum { REREAD_MAX = 1000 }; /* bounds the work that a line of quotes makes */

/* Reading goes on behind the opening quote, so that recovery finds the brackets of the line. */
static void unterminated(struct lexer *lx, struct token *t, const char *tag, const char *what)
{
	t->src.len = (uint32_t)(lx->p - t->text);
	if (lx->p < lx->end)
		lex_fail(lx, t, tag, "newline encountered in %s", what);
	else
		lex_fail(lx, t, "D_SYNTAX", "end-of-file encountered in %s", what);
	if (lx->p - t->text < REREAD_MAX)
		lx->p = t->text + 1;
}

void lex_string_of(struct lexer *lx, struct token *t, const char *body, const char *end)
{
	size_t n;
	t->kind = TOK_STRING;
	t->str = decode(lx->arena, body, end, &n);
	t->slen = (uint32_t)strlen(t->str); /* a D string ends at its first NUL */
}

void lex_string(struct lexer *lx, struct token *t)
{
	const char *body = lx->p + 1, *end = find_quote(lx, '"');
	if (!end) {
		unterminated(lx, t, "D_STR_NL", "string literal");
		return;
	}
	lex_string_of(lx, t, body, end);
}

/* As C compilers do it: the first character is the most significant byte. */
void lex_char(struct lexer *lx, struct token *t)
{
	const char *body = lx->p + 1, *end = find_quote(lx, '\'');
	if (!end) {
		unterminated(lx, t, "D_CHR_NL", "character constant");
		return;
	}
	size_t n;
	const char *s = decode(lx->arena, body, end, &n);
	t->src.len = (uint32_t)(lx->p - t->text);
	t->kind = TOK_INT;
	t->int_flags = INT_CHAR | INT_NOT_DECIMAL;
	if (n == 0)
		lex_report(lx, t->src, "D_CHR_NULL", "empty character constant");
	else if (n > sizeof(t->ival))
		lex_report(lx, t->src, "D_CHR_OFLOW", "character constant is too long");
	for (size_t i = 0; i < n && i < sizeof(t->ival); i++)
		t->ival = t->ival << 8 | (unsigned char)s[i];
}
