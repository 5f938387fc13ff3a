/*
 * parse.c - the parser's frame: tokens, errors and recovery, probe descriptions, clauses,
 * statements
 *
 * Invariants: p->tok is read but not consumed, in the lexer mode that was set before it was read;
 * whoever consumes the last token of an item switches back to LEX_TOP first (parse_end_item).
 * Pragmas that the lexer queued become items before the item in which, or before which, they stand.
 */
#include "dtrace/dlang/parse_int.h"

#include <ctype.h>
#include <string.h>

static char name_type, name_var; /* values of the names map: only their addresses matter */

/* Longest names of probe description fields, as the published limits have them, functions and names
 * as Linux does. */
enum { PROVIDER_MAX = 64, MODULE_MAX = 64, FUNCTION_MAX = 512, NAME_MAX_LEN = 128 };

/* --- tokens --- */

static void check_token(struct parser *p)
{
	if (p->tok.kind != TOK_ERROR)
		return;
	if (!p->tok.reported) {
		parse_syntax_error(p);
		return;
	}
	p->error_at = p->tok;
	p->panic = true;
}

void parse_advance(struct parser *p)
{
	if (p->panic)
		return;
	if (p->opts->token_dump && p->tok.kind != TOK_EOF)
		token_print(&p->tok, p->opts->token_dump);
	if (p->tok.kind == '{')
		p->braces++;
	else if (p->tok.kind == '}' && p->braces > 0)
		p->braces--;
	p->tok = lex_next(&p->lx);
	check_token(p);
}

/* The next token is read in this mode. */
static void advance_mode(struct parser *p, enum lex_mode mode)
{
	p->lx.mode = mode;
	p->lx.nesting = 0;
	parse_advance(p);
}

struct token parse_peek(struct parser *p)
{
	struct lexer ahead = p->lx;
	ahead.diags = NULL;
	return p->panic ? p->tok : lex_next(&ahead);
}

bool parse_accept(struct parser *p, int kind)
{
	if (p->tok.kind != kind)
		return false;
	parse_advance(p);
	return true;
}

void parse_expect(struct parser *p, int kind)
{
	if (!parse_accept(p, kind))
		parse_syntax_error(p);
}

bool parse_is_kw(const struct parser *p, enum keyword kw)
{
	return p->tok.kind == TOK_KEYWORD && p->tok.kw == kw;
}

/* --- errors --- */

static void start_panic(struct parser *p)
{
	p->panic = true;
	p->error_at = p->tok;
	p->tok.kind = TOK_ERROR;
}

void parse_fail(struct parser *p, const char *tag, const char *text)
{
	if (p->panic)
		return;
	diag_error(p->d, tag, p->tok.src, "%s", text);
	start_panic(p);
}

static bool in_name(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_';
}

/* "(name *)": the name before a closing parenthesis, if it was meant as a type's; its length in *n. */
static const char *cast_to(const struct parser *p, size_t *n)
{
	const char *start = p->lx.line_start, *at = p->tok.text;
	if (p->tok.kind != ')' || p->lx.outer_p || !start || at < start || at >= p->lx.end)
		return NULL;
	const char *stars = at;
	while (stars > start && (stars[-1] == '*' || stars[-1] == ' '))
		stars--;
	const char *name = stars;
	while (name > start && in_name(name[-1]))
		name--;
	*n = (size_t)(stars - name);
	bool opened = name > start && name[-1] == '(';
	return opened && *n && !isdigit((unsigned char)*name) &&
		       memchr(stars, '*', (size_t)(at - stars))
		   ? name
		   : NULL;
}

static void hint_syntax(struct parser *p)
{
	size_t n;
	const char *type = cast_to(p, &n);
	if (type)
		diag_hint(p->d, "there is no type %.*s here", (int)n, type);
	switch (p->tok.kw) {
	case KW_FOR:
	case KW_WHILE:
	case KW_DO:
	case KW_GOTO:
		diag_hint(p->d, "D has no loops");
		return;
	case KW_SWITCH:
	case KW_CASE:
	case KW_RETURN:
	case KW_BREAK:
	case KW_CONTINUE:
		diag_hint(p->d, "%s is reserved, D does not have it", p->tok.str);
		return;
	default:
		break;
	}
	if (p->tok.kind == '/' && p->lx.p < p->lx.end && *p->lx.p == '/')
		diag_hint(p->d, "comments are written /* ... */");
}

void parse_syntax_error(struct parser *p)
{
	if (p->panic)
		return;
	const struct token *t = &p->tok;
	size_t n = 0;
	while (n < t->len && t->text[n] != '\n')
		n++;
	if (t->kind == TOK_EOF)
		diag_error(p->d, "D_SYNTAX", t->src, "syntax error near end of input");
	else
		diag_error(p->d, "D_SYNTAX", t->src, "syntax error near \"%.*s\"", (int)n, t->text);
	hint_syntax(p);
	start_panic(p);
}

bool parse_enter(struct parser *p)
{
	if (++p->depth > PARSE_DEPTH_MAX)
		parse_fail(p, "D_SYNTAX", "program is nested too deeply");
	return !p->panic;
}

void parse_leave(struct parser *p)
{
	p->depth--;
}

/* Skips to behind the item that the error is in: its last } or ;. Nothing is reported meanwhile. */
static void recover(struct parser *p)
{
	uint32_t braces = p->braces;
	p->tok = p->error_at;
	p->lx.diags = NULL;
	p->lx.mode = LEX_EXPR;
	while (p->tok.kind != TOK_EOF) {
		int kind = p->tok.kind;
		if (kind == '{')
			braces++;
		else if (kind == '}' && braces > 0)
			braces--;
		if (braces == 0 && (kind == '}' || kind == ';'))
			break;
		p->tok = lex_next(&p->lx);
	}
	p->panic = false;
	p->lx.mode = LEX_TOP;
	if (p->tok.kind == '}' && parse_peek(p).kind == ';')
		lex_next(&p->lx);
	p->lx.diags = p->d;
	p->lx.in_item = false;
	p->braces = 0;
	p->tok = lex_next(&p->lx);
	check_token(p);
}

/* --- names of this text --- */

static const void *find_name(struct parser *p, const char *name)
{
	return map_get(&p->names, name);
}

bool parse_name_declared_type(struct parser *p, const char *name)
{
	return find_name(p, name) == &name_type;
}

bool parse_name_is_type(struct parser *p, const char *name)
{
	const void *known = find_name(p, name);
	if (known)
		return known == &name_type;
	return p->opts->is_typename && p->opts->is_typename(p->opts->typename_ctx, name);
}

void parse_declare_type(struct parser *p, const char *name)
{
	*map_at(&p->names, name) = &name_type;
}

void parse_declare_var(struct parser *p, const char *name)
{
	if (!find_name(p, name))
		*map_at(&p->names, name) = &name_var;
}

/* --- items --- */

static struct item *append_item(struct parser *p, enum item_kind kind)
{
	struct item *it = arena_new_of(p->a, struct item);
	it->kind = kind;
	*p->tail = it;
	p->tail = &it->next;
	return it;
}

static void flush_pragmas(struct parser *p)
{
	for (struct pragma_queue *q = p->lx.pragmas; q; q = q->next)
		append_item(p, ITEM_PRAGMA)->pragma = q->pragma;
	p->lx.pragmas = NULL;
	p->lx.pragmas_tail = &p->lx.pragmas;
}

struct item *parse_new_item(struct parser *p, enum item_kind kind)
{
	flush_pragmas(p);
	return append_item(p, kind);
}

void parse_end_item(struct parser *p, int kind)
{
	if (p->tok.kind != kind) {
		parse_syntax_error(p);
		return;
	}
	flush_pragmas(p);
	p->lx.in_item = false;
	advance_mode(p, LEX_TOP);
}

/* --- probe descriptions --- */

static const char *field_or_null(const char *s)
{
	return *s ? s : NULL;
}

bool parse_spec_fields(struct arena *a, const char *text, enum spec_level level,
		       struct probe_spec *spec)
{
	const char **fields[] = {&spec->name, &spec->function, &spec->module, &spec->provider};
	char *s = arena_strdup(a, text);
	size_t i = level;
	for (;; i++) {
		char *colon = strrchr(s, ':');
		if (i == sizeof(fields) / sizeof(fields[0]))
			return false;
		*fields[i] = field_or_null(colon ? colon + 1 : s);
		if (!colon)
			return true;
		*colon = '\0';
	}
}

static bool too_long(const char *field, size_t max)
{
	return field && strlen(field) >= max;
}

static const char *expand_field(struct parser *p, const char *field, const char **bad)
{
	return field && strchr(field, '$') ? lex_expand_spec(&p->lx, field, strlen(field), bad)
					   : field;
}

/* Macros are expanded field by field, except that a lone $1 may be a whole description. */
static const char *resolve_spec(struct parser *p, const char *text, struct probe_spec *spec)
{
	enum spec_level level = p->opts->spec_level;
	const char *bad = NULL, *undefined = "Undefined macro variable in probe description";
	if (*text == '$' && !strchr(text, ':'))
		text = lex_expand_spec(&p->lx, text, strlen(text), &bad);
	if (bad)
		return undefined;
	if (!parse_spec_fields(p->a, text, level, spec))
		return "Invalid argument";
	spec->provider = expand_field(p, spec->provider, &bad);
	spec->module = expand_field(p, spec->module, &bad);
	spec->function = expand_field(p, spec->function, &bad);
	spec->name = expand_field(p, spec->name, &bad);
	if (bad)
		return undefined;
	if (too_long(spec->provider, PROVIDER_MAX) || too_long(spec->module, MODULE_MAX) ||
	    too_long(spec->function, FUNCTION_MAX) || too_long(spec->name, NAME_MAX_LEN))
		return "File name too long";
	return NULL;
}

static struct probe_spec *parse_spec(struct parser *p)
{
	struct probe_spec *spec = arena_new_of(p->a, struct probe_spec);
	spec->src = p->tok.src;
	if (p->tok.kind != TOK_INT && p->tok.kind != TOK_PSPEC) {
		parse_syntax_error(p);
		return spec;
	}
	const char *text = arena_strndup(p->a, p->tok.text, p->tok.len), *wrong = NULL;
	if (p->tok.kind == TOK_INT) {
		if (p->tok.ival > UINT32_MAX || p->tok.ival == 0)
			wrong = "Invalid probe identifier";
		spec->id = (uint32_t)p->tok.ival;
	} else {
		wrong = resolve_spec(p, text, spec);
	}
	if (wrong)
		diag_error(p->d, "D_PDESC_INVAL", spec->src, "invalid probe description \"%s\": %s",
			   text, wrong);
	advance_mode(p, LEX_TOP);
	return spec;
}

/* --- statements --- */

static struct node *parse_block(struct parser *p);

/* The body of if or else: a block or one statement. */
static struct node *parse_statement(struct parser *p);
static struct node *parse_branch(struct parser *p)
{
	if (p->tok.kind != '{')
		return parse_statement(p);
	parse_advance(p);
	struct node *first = parse_block(p);
	parse_expect(p, '}');
	return first;
}

static struct node *parse_if(struct parser *p)
{
	struct node *n = node_new(p->a, NODE_IF, p->tok.src);
	if (!parse_enter(p)) {
		parse_leave(p);
		return n;
	}
	parse_advance(p);
	parse_expect(p, '(');
	n->kids = arena_array(p->a, struct node *, 1);
	n->kids[0] = parse_expr(p);
	n->nkids = 1;
	parse_expect(p, ')');
	n->then_body = parse_branch(p);
	if (parse_is_kw(p, KW_ELSE)) {
		parse_advance(p);
		n->else_body = parse_branch(p);
	}
	parse_leave(p);
	return n;
}

/* One statement with its ; (which may be missing before }). NULL for an empty one. */
static struct node *parse_statement(struct parser *p)
{
	if (parse_accept(p, ';'))
		return NULL;
	if (parse_is_kw(p, KW_IF))
		return parse_if(p);
	struct node *n = node_new(p->a, NODE_EXPR_STMT, p->tok.src);
	n->kids = arena_array(p->a, struct node *, 1);
	n->kids[0] = parse_expr(p);
	n->nkids = 1;
	if (p->tok.kind != '}')
		parse_expect(p, ';');
	return n;
}

/* Statements up to the }, which is not consumed. NULL when there are none. */
static struct node *parse_block(struct parser *p)
{
	struct node *first = NULL, **tail = &first;
	while (!p->panic && p->tok.kind != '}') {
		*tail = parse_statement(p);
		if (*tail)
			tail = &(*tail)->next;
	}
	return first;
}

/* --- clauses --- */

static void parse_predicate(struct parser *p, struct clause *c)
{
	advance_mode(p, LEX_PRED);
	c->predicate = parse_expr(p);
	p->lx.mode = LEX_TOP;
	parse_expect(p, TOK_EPRED);
}

/* A description with neither predicate nor body, which only a command line may have. */
static void end_bare_clause(struct parser *p, const struct clause *c)
{
	int kind = p->tok.kind;
	p->lx.in_item = false;
	if (p->opts->is_file && !c->predicate) {
		struct src at = p->tok.src;
		p->tok.src = c->specs->src;
		parse_fail(p, "D_SYNTAX",
			   "expected predicate and/or actions following probe description");
		p->error_at.src = at;
		if (kind == TOK_PSPEC && diag_count(p->d) > 0)
			diag_hint(p->d, "if a declaration is meant: its first word is not the name "
					"of a known type");
	} else if (kind != TOK_EOF && kind != TOK_PSPEC && kind != TOK_INT) {
		parse_syntax_error(p);
	}
}

static void parse_clause(struct parser *p)
{
	struct clause *c = arena_new_of(p->a, struct clause);
	struct probe_spec **tail = &c->specs;
	c->src = p->tok.src;
	do {
		*tail = parse_spec(p);
		tail = &(*tail)->next;
	} while (parse_accept(p, ','));
	if (p->tok.kind == '/')
		parse_predicate(p, c);
	c->has_body = p->tok.kind == '{';
	if (c->has_body) {
		advance_mode(p, LEX_EXPR);
		c->body = parse_block(p);
	}
	if (!p->panic)
		parse_new_item(p, ITEM_CLAUSE)->clause = c;
	if (c->has_body || p->panic)
		parse_end_item(p, '}'); /* does nothing in panic */
	else
		end_bare_clause(p, c);
}

/* --- the top level --- */

static bool keyword_starts_definition(enum keyword kw)
{
	switch (kw) {
	case KW_AUTO:
	case KW_CHAR:
	case KW_CONST:
	case KW_DOUBLE:
	case KW_ENUM:
	case KW_EXTERN:
	case KW_FLOAT:
	case KW_INLINE:
	case KW_INT:
	case KW_LONG:
	case KW_PROVIDER:
	case KW_REGISTER:
	case KW_RESTRICT:
	case KW_SELF:
	case KW_SHORT:
	case KW_SIGNED:
	case KW_STATIC:
	case KW_STRING:
	case KW_STRUCT:
	case KW_THIS:
	case KW_TRANSLATOR:
	case KW_TYPEDEF:
	case KW_UNION:
	case KW_UNSIGNED:
	case KW_USERLAND:
	case KW_VOID:
	case KW_VOLATILE:
		return true;
	default:
		return false;
	}
}

/* Does the text go on, without a comment between, as only a clause does? To look for a type that is
 * not there takes longer than all the rest of a short program. */
static bool clause_goes_on(const struct parser *p)
{
	const char *s = p->lx.p, *end = p->lx.end;
	while (s < end && isspace((unsigned char)*s))
		s++;
	return s < end &&
	       (*s == '{' || *s == ',' || (*s == '/' && s + 1 < end && s[1] != '*' && s[1] != '/'));
}

/*
 * What the lexer read as a probe description may be the start of a declaration: "int", "foo_t",
 * "char*p". A keyword always is; a type's name is unless something follows that only a probe can
 * have behind it.
 */
static bool starts_definition(struct parser *p)
{
	const struct token *t = &p->tok;
	size_t n = 0;
	if (t->kind != TOK_PSPEC)
		return false;
	while (n < t->len && t->text[n] != '*' && t->text[n] != '[')
		n++;
	if (n == 0)
		return false;
	if (keyword_starts_definition(lex_keyword(t->text, n)))
		return true;
	if (memchr(t->text, ':', t->len) || clause_goes_on(p) ||
	    !parse_name_is_type(p, arena_strndup(p->a, t->text, n)))
		return false;
	int next = parse_peek(p).kind;
	return next != '{' && next != '/' && next != ',' && next != TOK_EOF;
}

static void parse_definition(struct parser *p)
{
	p->lx.p = p->tok.text; /* read it again as C */
	p->lx.mode = LEX_EXPR;
	p->tok = lex_next(&p->lx);
	check_token(p);
	if (parse_is_kw(p, KW_INLINE))
		parse_inline(p);
	else if (parse_is_kw(p, KW_TRANSLATOR))
		parse_translator(p);
	else if (parse_is_kw(p, KW_PROVIDER))
		parse_provider(p);
	else
		parse_declaration(p);
}

static void parse_item(struct parser *p)
{
	flush_pragmas(p);
	p->lx.in_item = true;
	p->braces = 0;
	if (starts_definition(p))
		parse_definition(p);
	else
		parse_clause(p);
	if (p->panic)
		recover(p);
}

int parse_program(struct arena *a, const char *text, size_t len, const char *filename,
		  const struct parse_opts *opts, struct diags *d, struct program_ast **out)
{
	size_t errors = diag_count(d);
	struct parser *p = arena_new_of(a, struct parser);
	p->a = a;
	p->d = d;
	p->opts = opts;
	p->names.arena = a;
	p->program = *out = arena_new_of(a, struct program_ast);
	p->tail = &p->program->items;
	lex_init(&p->lx, a, text, len, filename, opts, d);
	p->tok = lex_next(&p->lx);
	check_token(p);
	if (p->panic)
		recover(p);
	while (p->tok.kind != TOK_EOF)
		parse_item(p);
	flush_pragmas(p);
	return diag_count(d) == errors ? 0 : -1;
}
