/*
 * library_scan.c - which names a D library defines, without parsing it; see library.h
 *
 * In: text. Out: names. It knows just enough to find the declared name of an item: words,
 * punctuation, nesting, and what is no code (comments, strings, control lines). Broken text gives
 * fewer names, never trouble.
 */
#include "dtrace/sema/library.h"

#include <string.h>

struct scan {
	const char *p;	  /* what follows the token */
	const char *word; /* the token: a word ... */
	size_t len;
	char punct; /* ... or a character; both 0 at the end */
	library_found_fn *found;
	void *ctx;
};

enum { SPACE = 1, WORD = 2 };
static const unsigned char classes[256] = {
    [' '] = SPACE,	  ['\t' ... '\r'] = SPACE, ['0' ... '9'] = WORD,
    ['A' ... 'Z'] = WORD, ['a' ... 'z'] = WORD,	   ['_'] = WORD,
    ['`'] = WORD,
};

static bool is_space(char ch)
{
	return classes[(unsigned char)ch] == SPACE;
}

static bool is_word(char ch)
{
	return classes[(unsigned char)ch] == WORD;
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

static bool starts(const char *p, const char *word)
{
	return strncmp(p, word, strlen(word)) == 0;
}

/* #pragma D depends_on library NAME */
static void control_line(struct scan *s, const char *p)
{
	static const char *const words[] = {"#", "pragma", "D", "depends_on", "library"};
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!starts(p, words[i]))
			return;
		p = skip_blanks(p + strlen(words[i]));
	}
	size_t n = strcspn(p, " \t\r\n;");
	if (n > 0)
		s->found(s->ctx, LIBRARY_DEPENDS, p, n);
}

static const char *skip_quoted(const char *p, char quote)
{
	for (p++; *p && *p != quote; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : p;
}

static const char *skip_comment(const char *p)
{
	const char *end = strstr(p + 2, "*/");
	return end ? end + 2 : p + strlen(p);
}

/* To the next character of code. */
static const char *skip_to_code(struct scan *s, const char *p)
{
	for (;;) {
		if (is_space(*p)) {
			p++;
		} else if (p[0] == '/' && p[1] == '*') {
			p = skip_comment(p);
		} else if (p[0] == '/' && p[1] == '/') {
			p += strcspn(p, "\n");
		} else if (*p == '#') {
			control_line(s, p);
			p += strcspn(p, "\n");
		} else if (*p == '"' || *p == '\'') {
			p = skip_quoted(p, *p);
		} else {
			return p;
		}
	}
}

static void next(struct scan *s)
{
	const char *p = skip_to_code(s, s->p);
	s->word = NULL;
	s->len = 0;
	s->punct = '\0';
	if (is_word(*p)) {
		s->word = p;
		while (is_word(*p))
			p++;
		s->len = (size_t)(p - s->word);
	} else if (*p) {
		s->punct = *p++;
	}
	s->p = p;
}

static bool at_end(const struct scan *s)
{
	return !s->word && !s->punct;
}

static bool word_is(const struct scan *s, const char *word)
{
	return s->word && s->len == strlen(word) && memcmp(s->word, word, s->len) == 0;
}

/* From an opening brace to after its partner; enumerators are reported. */
static void skip_braces(struct scan *s, bool is_enum)
{
	int depth = 0;
	bool expect = false;
	do {
		if (s->punct == '{')
			depth++;
		else if (s->punct == '}')
			depth--;
		else if (s->word && expect && is_enum)
			s->found(s->ctx, LIBRARY_DEFINES, s->word, s->len);
		expect = s->punct == '{' || s->punct == ',';
		next(s);
	} while (depth > 0 && !at_end(s));
}

/* From `inline` or `translator`: the last word before the character that ends the name. */
static void named_item(struct scan *s, const char *name_ends)
{
	const char *word = NULL;
	size_t len = 0;
	while (!at_end(s) && s->punct != ';' && !(s->punct && strchr(name_ends, s->punct))) {
		if (s->word) {
			word = s->word;
			len = s->len;
		}
		next(s);
	}
	if (word)
		s->found(s->ctx, LIBRARY_DEFINES, word, len);
	while (!at_end(s) && s->punct != ';') {
		if (s->punct == '{')
			skip_braces(s, false);
		else
			next(s);
	}
}

/* A tag, then maybe a body. */
static void tagged(struct scan *s, bool is_enum)
{
	next(s);
	if (s->word) {
		s->found(s->ctx, LIBRARY_DEFINES, s->word, s->len);
		next(s);
	}
	if (s->punct == '{')
		skip_braces(s, is_enum);
}

/* Words before a ( or , that name nothing new. */
static bool is_type_word(const char *word, size_t len)
{
	static const char *const words[] = {
	    "int",    "char",	"short", "long",     "unsigned", "signed", "void", "float",
	    "double", "string", "const", "volatile", "extern",	 "static", "self", "this"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i]) == len && memcmp(words[i], word, len) == 0)
			return true;
	return false;
}

/* A declaration: tags with bodies, and words where a declarator's name ends. */
static void declaration(struct scan *s)
{
	const char *word = NULL;
	size_t len = 0;
	while (!at_end(s)) {
		if (word_is(s, "struct") || word_is(s, "union") || word_is(s, "enum")) {
			tagged(s, word_is(s, "enum"));
			word = NULL;
			continue;
		}
		if (s->punct && strchr(",;[)=(", s->punct) && word && !is_type_word(word, len))
			s->found(s->ctx, LIBRARY_DEFINES, word, len);
		if (s->punct == ';')
			return;
		word = s->word;
		len = s->len;
		if (s->punct == '{')
			skip_braces(s, false);
		else
			next(s);
	}
}

void library_scan(const char *text, library_found_fn *found, void *ctx)
{
	struct scan s = {.p = text, .found = found, .ctx = ctx};
	next(&s);
	while (!at_end(&s)) {
		if (word_is(&s, "inline"))
			named_item(&s, "=[");
		else if (word_is(&s, "translator"))
			named_item(&s, "<");
		else if (word_is(&s, "provider"))
			named_item(&s, "{");
		else
			declaration(&s);
		if (!at_end(&s))
			next(&s);
	}
}

static const char *skip_space(const char *p)
{
	while (is_space(*p))
		p++;
	return p;
}

/* "name other" and "(name)other": what follows says that the name is that of a type in use. */
static bool is_used_at(const char *text, const char *at, size_t len)
{
	const char *after = skip_space(at + len);
	if (after > at + len && is_word(*after))
		return true;
	return at > text && at[-1] == '(' && *after == ')' && is_word(*skip_space(after + 1));
}

bool library_may_define(const char *text, size_t len, const char *name)
{
	size_t n = strlen(name);
	const char *end = text + len, *at = text;
	for (; n > 0 && (at = memmem(at, (size_t)(end - at), name, n)); at += n) {
		bool whole = (at == text || !is_word(at[-1])) && !is_word(at[n]);
		if (whole && !is_used_at(text, at, n))
			return true;
	}
	return false;
}
