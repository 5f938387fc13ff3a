/*
 * parse.h - D text to syntax tree
 *
 * In: program text (a file, or the text after -n/-P/-m/-f), macro arguments, and a way to ask which
 * outside names are types. Out: struct program_ast (ast.h) in the arena, diagnostics in struct
 * diags. The parser knows no types and no probes; it tracks only which names the text itself has
 * made types or variables, as the grammar needs it.
 *
 * Tags it raises: D_SYNTAX, D_INT_OFLOW, D_INT_DIGIT, D_CHR_NL, D_CHR_NULL, D_CHR_OFLOW, D_STR_NL,
 * D_MACRO_UNDEF, D_MACRO_OFLOW, D_PDESC_INVAL, D_PRAGMA_MALFORM (#line), D_DECL_CLASS,
 * D_DECL_COMBO, D_DECL_CHARATTR, D_DECL_VOIDATTR, D_DECL_SIGNINT, D_DECL_LONGINT, D_DECL_PARMCLASS,
 * D_DECL_BADCLASS (auto, register, static at the outermost level), D_DECL_IDRED (a typedef name of
 * this text declared again), D_FUNC_IDENT, D_PRAGCTL_INVAL. All others are sema's.
 */
#ifndef DLANG_PARSE_H
#define DLANG_PARSE_H

#include "dtrace/dlang/ast.h"
#include "dtrace/dlang/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which field the last component of a probe description names; the others go leftwards from it. */
enum spec_level {
	SPEC_NAME,     /* a script, or -n: [[[prov:]mod:]func:]name */
	SPEC_FUNCTION, /* -f: [[prov:]mod:]func */
	SPEC_MODULE,   /* -m: [prov:]mod */
	SPEC_PROVIDER, /* -P: prov */
};

/* $name, an integer: pid ppid uid gid euid egid pgid sid projid taskid target ... */
struct macro_var {
	const char *name;
	int64_t value;
};

struct parse_opts {
	/* Is name a type outside this text (basic D types, kernel types)? It may hold a `, as in
	 * module`foo_t. NULL = none is. */
	bool (*is_typename)(void *ctx, const char *name);
	void *typename_ctx;

	enum spec_level spec_level;
	/* The text is a script: a probe description alone is an error there, unlike with -n. */
	bool is_file;
	/* The text defines probes, as other tools may read it, too: a line whose # begins no directive, of D
	 * or of the preprocessor, is a comment, and a parameter may be called what is a word of D alone
	 * ("self", "probe"). */
	bool definitions;

	/* Macro arguments; argv[0] is $0. */
	int argc;
	const char *const *argv;
	/* -xdefaultargs (the pragma in the text is seen too): $n that is not given is 0, $$n "". */
	bool default_args;
	/* In/out: bit n is set when $n or $$n is referenced (n < 64). NULL = not wanted. */
	uint64_t *args_used;
	const struct macro_var *macros;
	size_t nmacros;
	/* In/out: bit n is set when macros[n] is referenced (n < 64). NULL = not wanted. */
	uint64_t *macros_used;

	/* -xdump=tokens: one token a line as the parser reads it. NULL = none. */
	struct buf *token_dump;
};

/*
 * Parses len bytes of text; text need not end in a NUL. filename goes into every src (NULL is
 * kept). Returns 0, or -1 when anything was reported to d. *out is set either way: what was
 * understood, good for printing only after an error.
 */
int parse_program(struct arena *a, const char *text, size_t len, const char *filename,
		  const struct parse_opts *opts, struct diags *d, struct program_ast **out);

/* Splits "p:m:f:n" by level into spec's fields (NULL = empty or omitted), without macro expansion.
 * Returns false when there are too many fields. */
bool parse_spec_fields(struct arena *a, const char *text, enum spec_level level,
		       struct probe_spec *spec);

#endif
