/*
 * parse_int.h - shared by the parser's own files; nobody else includes it
 *
 * After a syntax error the parser is in panic: the current token is TOK_ERROR, which nothing
 * expects, so that every loop ends and every function returns; the top level then skips to the next
 * item. In panic nothing more is reported. Functions that return a node return some node also then
 * (never NULL unless they say so).
 */
#ifndef DLANG_PARSE_INT_H
#define DLANG_PARSE_INT_H

#include "base/map.h"
#include "dtrace/dlang/lex.h"

/* Depth counts parse_enter(); one pair of parentheses takes two. Derivations are the * [] () of one
 * declarator. */
enum { PARSE_DEPTH_MAX = 1024, DERIVATIONS_MAX = 512 };

struct parser {
	struct arena *a;
	struct diags *d;
	const struct parse_opts *opts;
	struct lexer lx;
	struct token tok;      /* the current one, not consumed yet */
	struct token error_at; /* the token that caused the panic */
	bool panic;
	uint32_t depth;	 /* of recursion */
	uint32_t braces; /* open in this item */
	/* In the arguments of a provider's probe any name where a type must stand is one: whoever
	 * defines probes need not know what the types of their arguments look like. */
	bool any_type;
	struct map names; /* of this text: NAME_TYPE or NAME_VAR */
	struct program_ast *program;
	struct item **tail;
};

/* parse.c */
void parse_advance(struct parser *p);
struct token parse_peek(struct parser *p); /* the token behind the current one */
void parse_syntax_error(struct parser *p); /* at the current token */
void parse_fail(struct parser *p, const char *tag, const char *text); /* another text, then panic */
void parse_expect(struct parser *p, int kind);
bool parse_accept(struct parser *p, int kind);
bool parse_enter(struct parser *p); /* one level deeper; false (in panic) when too deep.
				       parse_leave() either way */
void parse_leave(struct parser *p);
bool parse_is_kw(const struct parser *p, enum keyword kw);
/* Consumes the ; or } that ends an item and leaves expression mode. */
void parse_end_item(struct parser *p, int kind);
struct item *parse_new_item(struct parser *p, enum item_kind kind);

/* Names of this text. */
bool parse_name_is_type(struct parser *p, const char *name);
bool parse_name_declared_type(struct parser *p, const char *name); /* by a typedef of this text */
void parse_declare_type(struct parser *p, const char *name);
void parse_declare_var(struct parser *p, const char *name);

/* parse_expr.c */
struct node *parse_expr(struct parser *p);	  /* with commas */
struct node *parse_assign_expr(struct parser *p); /* without */
struct node *parse_cond_expr(struct parser *p);	  /* a constant expression */

/* parse_decl.c */
bool parse_starts_type(struct parser *p, const struct token *t);
struct decl *parse_type_name(struct parser *p);	 /* specifiers and an abstract declarator */
struct decl *parse_named_decl(struct parser *p); /* specifiers and one declarator with a name */
struct declarator *parse_params(struct parser *p, enum declarator_kind kind,
				int close); /* behind ( or [ */
void parse_declaration(struct parser *p);   /* a whole item, with its ; */

/* parse_top.c */
void parse_inline(struct parser *p);
void parse_translator(struct parser *p);
void parse_provider(struct parser *p);

#endif
