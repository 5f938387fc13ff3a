/*
 * fuzz_parse.c - any bytes through the D lexer, parser and printers
 *
 * The first byte chooses options, the rest is the program. Beyond not crashing it holds the parser
 * to this: a program that parses prints (as D text) an expression for each statement that parses to
 * the same text again.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dtrace/dlang/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_typename(void *ctx, const char *name)
{
	(void)ctx;
	size_t n = strlen(name);
	return n > 2 && strcmp(name + n - 2, "_t") == 0;
}

static const char *const args[] = {"fuzz.d", "1", "name", "\"text\"", "-2 + (", "$1"};
static const struct macro_var macros[] = {{"pid", 7}, {"target", -1}};

static struct parse_opts options(uint8_t bits, struct buf *tokens)
{
	return (struct parse_opts){
	    .is_typename = bits & 1 ? is_typename : NULL,
	    .spec_level = bits >> 1 & 3,
	    .is_file = bits & 8,
	    .default_args = bits & 16,
	    .argc = sizeof(args) / sizeof(args[0]),
	    .argv = args,
	    .macros = macros,
	    .nmacros = sizeof(macros) / sizeof(macros[0]),
	    .token_dump = bits & 32 ? tokens : NULL,
	};
}

static struct program_ast *parse(struct arena *a, const char *text, size_t n,
				 const struct parse_opts *opts, struct diags *d, int *result)
{
	struct program_ast *program;
	diags_init(d, a, "fuzz.d");
	*result = parse_program(a, text, n, "fuzz.d", opts, d, &program);
	return program;
}

/* Prints a statement, parses the text, prints again. */
static void check_reprint(const struct node *n, const struct parse_opts *opts)
{
	BUF_AUTO one = {0}, two = {0};
	struct diags d;
	int result;
	if (n->kids[0]->height > 100)
		return; /* the added parentheses may take it past the limit */
	struct arena *a = arena_new();
	struct parse_opts again = *opts;
	again.token_dump = NULL;
	buf_puts(&one, "BEGIN { ");
	node_print_d(n, &one);
	buf_puts(&one, " }");
	struct program_ast *p = parse(a, buf_str(&one), one.n, &again, &d, &result);
	if (result != 0) {
		diag_render(&d.list.at[0], true, buf_str(&one), &two);
		fputs(buf_str(&two), stderr);
		abort();
	}
	buf_puts(&two, "BEGIN { ");
	if (p->items->clause->body)
		node_print_d(p->items->clause->body, &two);
	buf_puts(&two, " }");
	if (strcmp(buf_str(&one), buf_str(&two)) != 0) {
		fprintf(stderr, "printed:  %s\nthen:     %s\n", buf_str(&one), buf_str(&two));
		abort();
	}
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	BUF_AUTO tokens = {0}, tree = {0};
	struct diags d;
	int result;
	struct arena *a = arena_new();
	struct parse_opts opts = options(data[0], &tokens);
	/* A block of exactly this size, so that reading past its end is seen. */
	char *text = malloc(size);
	memcpy(text, data + 1, size - 1);
	struct program_ast *p = parse(a, text, size - 1, &opts, &d, &result);
	if ((result == 0) != (diag_count(&d) == 0))
		abort();
	ast_print(p, &tree);
	/* A statement alone does not know the program's own type names. */
	bool own_types = memmem(data, size, "typedef", 7) != NULL;
	for (const struct item *it = p->items; result == 0 && !own_types && it; it = it->next)
		for (const struct node *n = it->kind == ITEM_CLAUSE ? it->clause->body : NULL; n;
		     n = n->next)
			check_reprint(n, &opts);
	text[size - 1] = '\0';
	if (!memchr(text, '\0', size - 1))
		for (size_t i = 0; i < d.list.n; i++)
			diag_render(&d.list.at[i], true, text, &tree);
	free(text);
	arena_free(a);
	return 0;
}
