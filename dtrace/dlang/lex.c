/*
 * lex.c - the lexer's core: modes, blanks and comments, operators, names, macros; see lex.h
 *
 * Invariants: p <= end always; the text needs no NUL; src positions are those of the program's
 * text, also for tokens that come out of a macro argument (they stand where $n stands).
 */
#include "dtrace/dlang/lex_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	enum keyword kw;
} keywords[] = {
    {"auto", KW_AUTO},
    {"break", KW_BREAK},
    {"case", KW_CASE},
    {"char", KW_CHAR},
    {"const", KW_CONST},
    {"continue", KW_CONTINUE},
    {"counter", KW_COUNTER},
    {"default", KW_DEFAULT},
    {"do", KW_DO},
    {"double", KW_DOUBLE},
    {"else", KW_ELSE},
    {"enum", KW_ENUM},
    {"extern", KW_EXTERN},
    {"float", KW_FLOAT},
    {"for", KW_FOR},
    {"goto", KW_GOTO},
    {"if", KW_IF},
    {"import", KW_IMPORT},
    {"inline", KW_INLINE},
    {"int", KW_INT},
    {"long", KW_LONG},
    {"offsetof", KW_OFFSETOF},
    {"probe", KW_PROBE},
    {"provider", KW_PROVIDER},
    {"register", KW_REGISTER},
    {"restrict", KW_RESTRICT},
    {"return", KW_RETURN},
    {"self", KW_SELF},
    {"short", KW_SHORT},
    {"signed", KW_SIGNED},
    {"sizeof", KW_SIZEOF},
    {"static", KW_STATIC},
    {"string", KW_STRING},
    {"stringof", KW_STRINGOF},
    {"struct", KW_STRUCT},
    {"switch", KW_SWITCH},
    {"this", KW_THIS},
    {"translator", KW_TRANSLATOR},
    {"typedef", KW_TYPEDEF},
    {"union", KW_UNION},
    {"unsigned", KW_UNSIGNED},
    {"userland", KW_USERLAND},
    {"void", KW_VOID},
    {"volatile", KW_VOLATILE},
    {"while", KW_WHILE},
    {"xlate", KW_XLATE},
};

static const struct {
	char text[4];
	uint8_t len;
	int kind;
} operators[] = {
    /* longest first */
    {"<<=", 3, TOK_SHL_ASSIGN}, {">>=", 3, TOK_SHR_ASSIGN}, {"...", 3, TOK_ELLIPSIS},
    {"->", 2, TOK_ARROW},	{"++", 2, TOK_INC},	    {"--", 2, TOK_DEC},
    {"<<", 2, TOK_SHL},		{">>", 2, TOK_SHR},	    {"<=", 2, TOK_LE},
    {">=", 2, TOK_GE},		{"==", 2, TOK_EQ},	    {"!=", 2, TOK_NE},
    {"&&", 2, TOK_LAND},	{"||", 2, TOK_LOR},	    {"^^", 2, TOK_LXOR},
    {"+=", 2, TOK_ADD_ASSIGN},	{"-=", 2, TOK_SUB_ASSIGN},  {"*=", 2, TOK_MUL_ASSIGN},
    {"/=", 2, TOK_DIV_ASSIGN},	{"%=", 2, TOK_MOD_ASSIGN},  {"&=", 2, TOK_AND_ASSIGN},
    {"|=", 2, TOK_OR_ASSIGN},	{"^=", 2, TOK_XOR_ASSIGN},
};

/* What C programs may call their own things. */
static bool is_only_of_d(enum keyword kw)
{
	return kw == KW_COUNTER || kw == KW_PROBE || kw == KW_PROVIDER || kw == KW_SELF ||
	       kw == KW_STRING || kw == KW_STRINGOF || kw == KW_THIS || kw == KW_TRANSLATOR ||
	       kw == KW_USERLAND || kw == KW_XLATE;
}

enum keyword lex_keyword(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (keywords[i].name[0] == s[0] && strlen(keywords[i].name) == n &&
		    memcmp(keywords[i].name, s, n) == 0)
			return keywords[i].kw;
	return KW_NONE;
}

struct src lex_here(const struct lexer *lx)
{
	if (lx->outer_p)
		return lx->macro_src;
	return (struct src){lx->file, lx->line, (uint32_t)(lx->p - lx->line_start) + 1, 0};
}

void lex_report(struct lexer *lx, struct src at, const char *tag, const char *fmt, ...)
{
	if (!lx->diags)
		return;
	va_list ap;
	va_start(ap, fmt);
	diag_verror(lx->diags, tag, at, fmt, ap);
	va_end(ap);
}

void lex_fail(struct lexer *lx, struct token *t, const char *tag, const char *fmt, ...)
{
	t->kind = TOK_ERROR;
	t->reported = true;
	if (!lx->diags)
		return;
	va_list ap;
	va_start(ap, fmt);
	diag_verror(lx->diags, tag, t->src, fmt, ap);
	va_end(ap);
}

void lex_init(struct lexer *lx, struct arena *a, const char *text, size_t len, const char *file,
	      const struct parse_opts *opts, struct diags *d)
{
	*lx = (struct lexer){.arena = a, .diags = d, .opts = opts, .file = file};
	lx->p = lx->line_start = text;
	lx->end = text + len;
	lx->line = 1;
	lx->fresh_line = true;
	lx->pragmas_tail = &lx->pragmas;
	if (lex_peek(lx, 0) == '#' && lex_peek(lx, 1) == '!')
		while (lx->p < lx->end && *lx->p != '\n')
			lx->p++;
}

static void newline(struct lexer *lx)
{
	lx->p++;
	if (lx->outer_p)
		return;
	lx->line++;
	lx->line_start = lx->p;
	lx->fresh_line = true;
}

/* Behind the comment; false when it is not well formed: p then stands where the trouble is. */
static bool skip_comment(struct lexer *lx, struct token *t)
{
	struct src at = lex_here(lx);
	at.len = 2;
	lx->p += 2;
	while (lx->p < lx->end) {
		if (*lx->p == '*' && lex_peek(lx, 1) == '/') {
			lx->p += 2;
			return true;
		}
		if (*lx->p == '/' && lex_peek(lx, 1) == '*') {
			t->src = lex_here(lx);
			t->src.len = 2;
			lex_fail(lx, t, "D_SYNTAX", "/* encountered inside a comment");
			return false;
		}
		if (*lx->p == '\n')
			newline(lx);
		else
			lx->p++;
	}
	t->src = at;
	lex_fail(lx, t, "D_SYNTAX", "end-of-file encountered before matching */");
	return false;
}

static void leave_macro(struct lexer *lx)
{
	lx->p = lx->outer_p;
	lx->end = lx->outer_end;
	lx->outer_p = lx->outer_end = NULL;
}

/* A backslash at the end of a line: it goes on in the next, also where no preprocessor sees it. */
static bool continues_line(const struct lexer *lx)
{
	return lex_peek(lx, 0) == '\\' &&
	       (lex_peek(lx, 1) == '\n' || (lex_peek(lx, 1) == '\r' && lex_peek(lx, 2) == '\n'));
}

/* Skips blanks, comments and control lines. False when a comment is broken (t is then a reported
 * error). */
static bool skip_space(struct lexer *lx, struct token *t)
{
	for (;;) {
		if (lx->p == lx->end) {
			if (!lx->outer_p)
				return true;
			leave_macro(lx);
			continue;
		}
		char c = *lx->p;
		if (c == '\n')
			newline(lx);
		else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' ||
			 continues_line(lx))
			lx->p++;
		else if (c == '#' && lx->fresh_line && !lx->outer_p)
			lex_control(lx);
		else if (c != '/' || lex_peek(lx, 1) != '*')
			return true;
		else if (!skip_comment(lx, t))
			return false;
	}
}

static bool is_spec_char(char c)
{
	return lex_is_ident(c) || (c && strchr("-$:.?*\\[]!^+@", c));
}

static void lex_spec(struct lexer *lx, struct token *t)
{
	t->kind = TOK_PSPEC;
	while (is_spec_char(lex_peek(lx, 0)) && !continues_line(lx)) {
		if (*lx->p == '\\' && lx->end - lx->p > 1 && (unsigned char)lx->p[1] > ' ')
			lx->p++; /* the escaped character, whatever it is */
		lx->p++;
	}
}

static void lex_word(struct lexer *lx, struct token *t)
{
	const char *s = lx->p;
	while (lex_is_ident(lex_peek(lx, 0)))
		lx->p++;
	size_t n = (size_t)(lx->p - s);
	t->kw = lex_keyword(s, n);
	if (lx->in_system && is_only_of_d(t->kw))
		t->kw = KW_NONE;
	t->kind = t->kw ? TOK_KEYWORD : TOK_IDENT;
	t->str = arena_strndup(lx->arena, s, n);
}

static void lex_agg(struct lexer *lx, struct token *t)
{
	t->kind = TOK_AGG;
	const char *s = ++lx->p;
	if (lex_is_ident_start(lex_peek(lx, 0)) && *s != '`')
		while (lex_is_ident(lex_peek(lx, 0)) && *lx->p != '`')
			lx->p++;
	t->str = lx->p > s ? arena_strndup(lx->arena, s, (size_t)(lx->p - s)) : "_";
}

static const struct macro_var *find_macro(const struct lexer *lx, const char *name, size_t n)
{
	const struct parse_opts *o = lx->opts;
	for (size_t i = 0; i < o->nmacros; i++) {
		const struct macro_var *m = &o->macros[i];
		if (strlen(m->name) != n || memcmp(m->name, name, n) != 0)
			continue;
		if (o->macros_used && i < 64)
			*o->macros_used |= UINT64_C(1) << i;
		return m;
	}
	return NULL;
}

/* Text of macro argument n, "" when it may be missing, NULL when it may not. */
static const char *macro_arg(const struct lexer *lx, uint64_t n, const char *missing)
{
	const struct parse_opts *o = lx->opts;
	if (o->args_used && n < 64)
		*o->args_used |= UINT64_C(1) << n;
	if (o->argc > 0 && n < (uint64_t)o->argc && o->argv[n])
		return o->argv[n];
	return o->default_args || lx->default_args ? missing : NULL;
}

/* From now on the argument's text is read; what follows $n comes after it. */
static void enter_macro(struct lexer *lx, const struct token *t, const char *text)
{
	lx->macro_src = t->src;
	lx->macro_src.len = (uint32_t)(lx->p - t->text);
	lx->outer_p = lx->p;
	lx->outer_end = lx->end;
	lx->p = text;
	lx->end = text + strlen(text);
}

/* $n, $$n. True when the caller is to read on (the argument's text was entered). */
static bool lex_macro_arg(struct lexer *lx, struct token *t, bool quoted)
{
	size_t n;
	uint64_t i = lex_decimal(lx->p, lx->end, &n);
	lx->p += n;
	if (i > INT32_MAX) {
		lex_report(lx, t->src, "D_MACRO_OFLOW", "macro argument %.*s exceeds the limit",
			   (int)(lx->p - t->text), t->text);
		t->kind = TOK_INT;
		return false;
	}
	const char *text = macro_arg(lx, i, quoted ? "" : "0");
	if (!text) {
		lex_report(lx, t->src, "D_MACRO_UNDEF", "macro argument %.*s is not defined",
			   (int)(lx->p - t->text), t->text);
		text = "0";
	}
	if (!quoted) {
		enter_macro(lx, t, text);
		return true;
	}
	lex_string_of(lx, t, text, text + strlen(text));
	return false;
}

/* $name, $$name */
static void lex_macro_var(struct lexer *lx, struct token *t, bool quoted)
{
	const char *s = lx->p;
	while (lex_is_ident(lex_peek(lx, 0)) && *lx->p != '`')
		lx->p++;
	const struct macro_var *m = find_macro(lx, s, (size_t)(lx->p - s));
	t->kind = quoted ? TOK_STRING : TOK_INT;
	t->str = quoted && m ? arena_printf(lx->arena, "%" PRId64, m->value) : "";
	t->slen = (uint32_t)strlen(t->str);
	if (m)
		t->ival = (uint64_t)m->value;
	else
		lex_report(lx, t->src, "D_MACRO_UNDEF", "macro variable $%.*s is not defined",
			   (int)(lx->p - s), s);
}

static bool lex_macro(struct lexer *lx, struct token *t)
{
	bool quoted = lex_peek(lx, 1) == '$';
	lx->p += quoted ? 2 : 1;
	char next = lex_peek(lx, 0);
	if (lx->outer_p) { /* macros do not nest */
		t->kind = TOK_ERROR;
	} else if (lex_is_digit(next)) {
		return lex_macro_arg(lx, t, quoted);
	} else if (lex_is_ident_start(next) && next != '`') {
		lex_macro_var(lx, t, quoted);
	} else {
		t->kind = TOK_ERROR;
	}
	return false;
}

/* Does this / close the predicate: a body, the end or a ; follows, perhaps behind blanks and
 * comments. */
static bool closes_predicate(const struct lexer *lx)
{
	if (lx->mode != LEX_PRED || lx->nesting > 0 || lx->outer_p)
		return false;
	struct lexer ahead = *lx;
	struct token ignored = {0};
	ahead.diags = NULL;
	ahead.p++;
	skip_space(&ahead, &ignored);
	return ahead.p == ahead.end || *ahead.p == '{' || *ahead.p == ';';
}

static void count_nesting(struct lexer *lx, int kind)
{
	if (kind == '(' || kind == '[')
		lx->nesting++;
	else if ((kind == ')' || kind == ']') && lx->nesting > 0)
		lx->nesting--;
}

static void lex_operator(struct lexer *lx, struct token *t)
{
	size_t left = (size_t)(lx->end - lx->p);
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		size_t n = operators[i].len;
		if (n <= left && memcmp(lx->p, operators[i].text, n) == 0) {
			t->kind = operators[i].kind;
			lx->p += n;
			return;
		}
	}
	char c = *lx->p;
	t->kind = c && strchr("{}()[];,:?=<>+-*/%&|^~!.", c) ? c : TOK_ERROR;
	if (c == '/' && closes_predicate(lx))
		t->kind = TOK_EPRED;
	count_nesting(lx, t->kind);
	lx->p++;
	while (t->kind == TOK_ERROR && (c & 0x80) && (lex_peek(lx, 0) & 0x80))
		lx->p++; /* one UTF-8 character or more, not half of one */
}

/* One token of C-like text. True: nothing yet, a macro argument was entered. */
static bool lex_expr(struct lexer *lx, struct token *t)
{
	char c = *lx->p, next = lex_peek(lx, 1);
	if (lex_is_ident_start(c))
		lex_word(lx, t);
	else if (lex_is_digit(c) || (c == '.' && lex_is_digit(next)))
		lex_number(lx, t);
	else if (c == '"')
		lex_string(lx, t);
	else if (c == '\'')
		lex_char(lx, t);
	else if (c == '@')
		lex_agg(lx, t);
	else if (c == '$')
		return lex_macro(lx, t);
	else
		lex_operator(lx, t);
	return false;
}

static void lex_top(struct lexer *lx, struct token *t)
{
	char c = *lx->p;
	if (lex_is_digit(c)) {
		lex_number(lx, t);
	} else if (is_spec_char(c)) {
		lex_spec(lx, t);
	} else {
		t->kind = strchr("{}/,;", c) && c ? c : TOK_ERROR;
		lx->p++;
	}
}

struct token lex_next(struct lexer *lx)
{
	struct token t = {0};
	bool again;
	do {
		t = (struct token){.kind = TOK_EOF};
		if (!skip_space(lx, &t))
			break;
		t.src = lex_here(lx);
		t.text = lx->p;
		lx->fresh_line = false;
		again = false;
		if (lx->p == lx->end)
			break;
		if (lx->mode == LEX_TOP)
			lex_top(lx, &t);
		else
			again = lex_expr(lx, &t);
	} while (again);
	if (t.text)
		t.len = (size_t)(lx->p - t.text);
	if (!t.src.len)
		t.src.len = (uint32_t)t.len;
	return t;
}

/* Text of the macro at *s (on its $), NULL when undefined; *s moves behind it. */
static const char *spec_macro(struct lexer *lx, const char **s, const char *end)
{
	const char *p = *s + 1;
	size_t n;
	if (p < end && *p == '$')
		p++;
	uint64_t i = lex_decimal(p, end, &n);
	if (n > 0) {
		*s = p + n;
		return macro_arg(lx, i, "");
	}
	const char *name = p;
	while (p < end && lex_is_ident(*p) && *p != '`')
		p++;
	*s = p;
	const struct macro_var *m = find_macro(lx, name, (size_t)(p - name));
	return m ? arena_printf(lx->arena, "%" PRId64, m->value) : NULL;
}

typedef VEC(char) text_vec;

static void append(struct lexer *lx, text_vec *text, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*vec_push(text, lx->arena) = s[i];
}

const char *lex_expand_spec(struct lexer *lx, const char *spec, size_t len, const char **bad)
{
	const char *end = spec + len;
	text_vec text = {0};
	for (const char *p = spec; p < end;) {
		if (*p != '$') {
			append(lx, &text, p++, 1);
			continue;
		}
		const char *start = p, *value = spec_macro(lx, &p, end);
		if (!value) {
			*bad = arena_strndup(lx->arena, start, (size_t)(p - start));
			return NULL;
		}
		append(lx, &text, value, strlen(value));
	}
	append(lx, &text, "", 1);
	return text.at;
}

static const char *kind_name(const struct token *t)
{
	switch (t->kind) {
	case TOK_EOF:
		return "EOF";
	case TOK_ERROR:
		return "ERROR";
	case TOK_PSPEC:
		return "PSPEC";
	case TOK_INT:
		return "INT";
	case TOK_STRING:
		return "STRING";
	case TOK_IDENT:
		return "IDENT";
	case TOK_AGG:
		return "AGG";
	case TOK_KEYWORD:
		return "KEYWORD";
	case TOK_EPRED:
		return "EPRED";
	default:
		return "OP";
	}
}

void token_print(const struct token *t, struct buf *out)
{
	buf_printf(out, "%u:%u %s", t->src.line, t->src.col, kind_name(t));
	if (t->len > 0) {
		buf_putc(out, ' ');
		buf_add(out, t->text, t->len);
	}
	if (t->kind == TOK_INT && t->len > 0 && !lex_is_digit(t->text[0]))
		buf_printf(out, " = %" PRIu64, t->ival);
	if (t->kind == TOK_STRING && t->len > 0 && t->text[0] == '$')
		buf_printf(out, " = \"%s\"", t->str);
	buf_putc(out, '\n');
}
