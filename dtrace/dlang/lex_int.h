/*
 * lex_int.h - shared by the lexer's own files (lex.c, lex_lit.c, lex_ctl.c); nobody else includes
 * it
 */
#ifndef DLANG_LEX_INT_H
#define DLANG_LEX_INT_H

#include "dtrace/dlang/lex.h"

static inline char lex_peek(const struct lexer *lx, size_t n)
{
	return n < (size_t)(lx->end - lx->p) ? lx->p[n] : '\0';
}

static inline bool lex_is_ident_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '`';
}

static inline bool lex_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool lex_is_ident(char c)
{
	return lex_is_ident_start(c) || lex_is_digit(c);
}

/* Makes t a reported TOK_ERROR (unless this is a look ahead, which reports nothing). */
void lex_fail(struct lexer *lx, struct token *t, const char *tag, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Reports without making t an error. */
void lex_report(struct lexer *lx, struct src at, const char *tag, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
struct src lex_here(const struct lexer *lx);

/* lex_lit.c: lx->p stands on the first character; they leave it behind the last and fill t. */
void lex_number(struct lexer *lx, struct token *t);
void lex_string(struct lexer *lx, struct token *t);
void lex_string_of(struct lexer *lx, struct token *t, const char *body, const char *end);
void lex_char(struct lexer *lx, struct token *t);
/* Value of an all-digits prefix, saturating at UINT64_MAX; *n = digits read. */
uint64_t lex_decimal(const char *p, const char *end, size_t *n);

/* lex_ctl.c: lx->p stands on the # of a control line; leaves it on the newline or the end. */
void lex_control(struct lexer *lx);

#endif
