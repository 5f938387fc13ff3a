/*
 * lex.h - D text to tokens
 *
 * D's lexing depends on where the parser is, so the parser sets the mode before it asks
 * for a token:
 *
 *	LEX_TOP		between clauses and declarations: probe descriptions with globs are one token
 *	LEX_PRED	inside /predicate/: a / outside parentheses that a body or the end
 *			follows closes it
 *	LEX_EXPR	everything else: C tokens, @aggregations, $macros
 *
 * Control lines (#pragma, #line, cpp's # 12 "file") may stand at the start of any line; positions
 * take effect at once, pragmas are queued for the parser. Macro arguments ($1) are read as if their
 * text stood there. A struct lexer is plain data: copying it saves the state, assigning the copy
 * back returns to it.
 */
#ifndef DLANG_LEX_H
#define DLANG_LEX_H

#include "dtrace/dlang/parse.h"

enum lex_mode { LEX_TOP, LEX_PRED, LEX_EXPR };

/* Token kinds; one-character punctuation is its own character code. */
enum {
	TOK_EOF = 256,
	TOK_ERROR,   /* nothing of D; see token.reported */
	TOK_PSPEC,   /* LEX_TOP: probe description as written */
	TOK_INT,     /* ival, int_flags */
	TOK_STRING,  /* str, slen */
	TOK_IDENT,   /* str; may hold ` */
	TOK_AGG,     /* str: name without @, "_" for plain @ */
	TOK_KEYWORD, /* kw, str */
	TOK_EPRED,   /* the / that closes a predicate */
	TOK_ELLIPSIS,
	TOK_ARROW,
	TOK_INC,
	TOK_DEC,
	TOK_SHL,
	TOK_SHR,
	TOK_LE,
	TOK_GE,
	TOK_EQ,
	TOK_NE,
	TOK_LAND,
	TOK_LOR,
	TOK_LXOR,
	TOK_ADD_ASSIGN,
	TOK_SUB_ASSIGN,
	TOK_MUL_ASSIGN,
	TOK_DIV_ASSIGN,
	TOK_MOD_ASSIGN,
	TOK_SHL_ASSIGN,
	TOK_SHR_ASSIGN,
	TOK_AND_ASSIGN,
	TOK_OR_ASSIGN,
	TOK_XOR_ASSIGN,
};

enum keyword {
	KW_NONE,
	KW_AUTO,
	KW_BREAK,
	KW_CASE,
	KW_CHAR,
	KW_CONST,
	KW_CONTINUE,
	KW_COUNTER,
	KW_DEFAULT,
	KW_DO,
	KW_DOUBLE,
	KW_ELSE,
	KW_ENUM,
	KW_EXTERN,
	KW_FLOAT,
	KW_FOR,
	KW_GOTO,
	KW_IF,
	KW_IMPORT,
	KW_INLINE,
	KW_INT,
	KW_LONG,
	KW_OFFSETOF,
	KW_PROBE,
	KW_PROVIDER,
	KW_REGISTER,
	KW_RESTRICT,
	KW_RETURN,
	KW_SELF,
	KW_SHORT,
	KW_SIGNED,
	KW_SIZEOF,
	KW_STATIC,
	KW_STRING,
	KW_STRINGOF,
	KW_STRUCT,
	KW_SWITCH,
	KW_THIS,
	KW_TRANSLATOR,
	KW_TYPEDEF,
	KW_UNION,
	KW_UNSIGNED,
	KW_USERLAND,
	KW_VOID,
	KW_VOLATILE,
	KW_WHILE,
	KW_XLATE,
};

struct token {
	int kind;
	enum keyword kw;
	bool reported; /* TOK_ERROR: the lexer has already said what is wrong */
	struct src src;
	const char *text; /* as written, len bytes inside the input */
	size_t len;
	const char *str;
	uint32_t slen;
	uint64_t ival;
	uint8_t int_flags;
};

struct pragma_queue {
	struct pragma *pragma;
	struct pragma_queue *next;
};

struct lexer {
	struct arena *arena;
	struct diags *diags; /* NULL: a look ahead, nothing is reported or queued */
	const struct parse_opts *opts;
	enum lex_mode mode;
	uint32_t nesting; /* LEX_PRED: open ( and [ */
	bool in_item;	  /* set by the parser: queued pragmas stand inside an item */

	const char *p, *end;	/* what is being read */
	const char *line_start; /* of the program's text, for columns */
	uint32_t line;
	const char *file;
	bool fresh_line; /* only blanks so far on this line */
	bool in_system;	 /* cpp says that this is a header of the system, written for C compilers */

	const char *outer_p,
	    *outer_end;	      /* the program's text while a macro argument is read; else NULL */
	struct src macro_src; /* where $n stands */

	struct pragma_queue *pragmas, **pragmas_tail;
	bool default_args; /* "#pragma D option defaultargs" was read: holds from there on */
};

/* opts and d are kept by pointer. A first line #!... is skipped. */
void lex_init(struct lexer *lx, struct arena *a, const char *text, size_t len, const char *file,
	      const struct parse_opts *opts, struct diags *d);

/* Reads the next token by lx->mode. At the end TOK_EOF, again and again. */
struct token lex_next(struct lexer *lx);

/* The keyword spelt by n bytes at s; KW_NONE when it is none. */
enum keyword lex_keyword(const char *s, size_t n);

/*
 * A probe description with every $1, $$1 and $name replaced by its text. NULL with *bad set to the
 * offending macro (arena) when one is not defined.
 */
const char *lex_expand_spec(struct lexer *lx, const char *spec, size_t len, const char **bad);

/* One line for -xdump=tokens: "3:7 IDENT execname". */
void token_print(const struct token *t, struct buf *out);

#endif
