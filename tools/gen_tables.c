/*
 * gen_tables.c - prints the tables of the language and of the command for manuals and shells
 *
 *	gen_tables WHAT
 *
 * WHAT is one of the rows of `what` below. In: the rows of dtrace/builtin and cmd/cli_options.h, and the providers; out: text on
 * stdout. tools/gen-docs puts it into the documents; a test holds the documents to it. Nothing here knows a
 * name of the language by itself.
 */
#include "base/arena.h"
#include "cmd/cli_options.h"
#include "dtrace/builtin/builtin.h"
#include "dtrace/builtin/options.h"
#include "dtrace/probe/probe.h"
#include "dtrace/provider/providers.h"

#include <stdio.h>
#include <string.h>

/* Prints text with what Markdown tables would take as markup made harmless. */
static void cell(const char *text)
{
	for (; *text; text++) {
		if (strchr("|<", *text))
			putchar('\\');
		putchar(*text);
	}
}

/* ---- language ---- */

static void md_variables(void)
{
	unsigned n;
	const struct builtin_var_row *v = builtin_vars(&n);
	puts("| variable | type | what it is | since |\n|---|---|---|---|");
	for (unsigned i = 0; i < n; i++) {
		printf("| `%s%s` | `%s` | ", v[i].name, v[i].flags & BUILTIN_ARRAY ? "[]" : "",
		       v[i].type);
		cell(v[i].doc);
		printf(" | %s |\n", v[i].version);
	}
}

static void md_functions_of(uint32_t want, uint32_t without)
{
	unsigned n;
	const struct builtin_func_row *f = builtin_funcs(&n);
	puts("| prototype | what it does | since |\n|---|---|---|");
	for (unsigned i = 0; i < n; i++) {
		if (!(f[i].flags & want) || (f[i].flags & without))
			continue;
		printf("| `%s` | ", f[i].proto);
		cell(f[i].doc);
		printf("%s | %s |\n", f[i].flags & BUILTIN_DESTRUCTIVE ? " (needs `-w`)" : "",
		       f[i].version);
	}
}

static void md_subroutines(void)
{
	md_functions_of(BUILTIN_VALUE, BUILTIN_ACTION);
}

static void md_actions(void)
{
	md_functions_of(BUILTIN_ACTION, 0);
}

static void md_aggregating(void)
{
	md_functions_of(BUILTIN_AGGFUNC, 0);
}

/* ---- options ---- */

static void print_size(uint64_t bytes)
{
	unsigned unit = 0;
	while (unit < 4 && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	printf("%llu", (unsigned long long)bytes);
	if (unit)
		putchar("kmgt"[unit - 1]);
}

/* What is less often than once a second is a time. */
static void print_rate(uint64_t ns)
{
	if (ns > 1000000000)
		printf("%llus", (unsigned long long)ns / 1000000000);
	else
		printf("%lluhz", 1000000000ULL / (unsigned long long)ns);
}

static void print_default(const struct options *o, enum option id)
{
	const char *kind = option_kind(id);
	uint64_t v = o->value[id];
	if (strcmp(kind, "flag") == 0 || strcmp(kind, "switch") == 0)
		fputs(v ? "on" : "off", stdout);
	else if (v == OPTION_UNSET || strcmp(kind, "stability") == 0)
		putchar('-');
	else if (strcmp(kind, "size") == 0)
		print_size(v);
	else if (strcmp(kind, "rate") == 0)
		print_rate(v);
	else if (strcmp(kind, "version") == 0)
		printf("%llu.%llu", (unsigned long long)v >> 24,
		       (unsigned long long)v >> 12 & 0xfff);
	else if (strchr(kind, '|') && v < 16) { /* the word with that number */
		const char *word = kind;
		for (; v && strchr(word, '|'); v--)
			word = strchr(word, '|') + 1;
		printf("%.*s", (int)strcspn(word, "|"), word);
	} else if (strchr(kind, '|'))
		printf("%c", (char)v);
	else
		printf("%llu", (unsigned long long)v);
}

static const char *when_text(enum option id)
{
	switch (option_when(id)) {
	case OPTION_ANY_TIME:
		return "any time";
	case OPTION_BEFORE_START:
		return "before start";
	case OPTION_BEFORE_COMPILE:
		break;
	}
	return option_in_program(id) ? "compile" : "command line";
}

static void md_options(void)
{
	struct options o;
	options_init(&o);
	puts("| option | value | default | when | what it does |\n|---|---|---|---|---|");
	for (int i = 0; i < OPT_NCOUNT; i++) {
		enum option id = (enum option)i;
		if (!option_doc(id))
			continue;
		printf("| `%s` | ", option_name(id));
		cell(option_kind(id));
		fputs(" | ", stdout);
		print_default(&o, id);
		printf(" | %s | ", when_text(id));
		cell(option_doc(id));
		puts(" |");
	}
}

static void md_inert_options(void)
{
	puts("| option | why |\n|---|---|");
	for (int i = 0; i < OPT_NCOUNT; i++) {
		enum option id = (enum option)i;
		if (option_doc(id))
			continue;
		printf("| `%s` | ", option_name(id));
		cell(option_why_inert(id));
		puts(" |");
	}
}

/* Text with its "name()" as macros of their own. */
static void mdoc_text(const char *text)
{
	const char *before = "";
	while (*text) {
		size_t n = strcspn(text, " ");
		bool function = n > 2 && strncmp(text + n - 2, "()", 2) == 0;
		if (function)
			printf("%s.Fn %.*s", *before ? "\n" : "", (int)n - 2, text);
		else
			printf("%s%.*s", before, (int)n, text);
		before = function ? "\n" : " ";
		text += n + (text[n] == ' ');
	}
}

static void mdoc_options(void)
{
	struct options o;
	options_init(&o);
	puts(".Bl -tag -width 14n -compact");
	for (int i = 0; i < OPT_NCOUNT; i++) {
		enum option id = (enum option)i;
		const char *kind = option_kind(id);
		if (!option_doc(id))
			continue;
		printf(".It Cm %s", option_name(id));
		if (strcmp(kind, "flag") != 0 && strcmp(kind, "switch") != 0)
			printf(" Ns = Ns Ar %s", kind);
		putchar('\n');
		mdoc_text(option_doc(id));
		if (o.value[id] != OPTION_UNSET && strcmp(kind, "flag") != 0 &&
		    strcmp(kind, "switch") != 0 && strcmp(kind, "stability") != 0) {
			fputs(" (", stdout);
			print_default(&o, id);
			putchar(')');
		}
		putchar('\n');
	}
	puts(".El");
}

/* ---- shells ---- */

static void words(const char *before, const char *after)
{
	for (int i = 0; i < OPT_NCOUNT; i++)
		if (option_doc((enum option)i))
			printf("%s%s%s", before, option_name((enum option)i), after);
}

/* The words that may follow a long option, or "". */
static const char *long_words(int i)
{
	const char *arg = cli_long_options[i].arg;
	return arg && strchr(arg, '|') ? arg : "";
}

static void print_spaced(const char *alternatives)
{
	for (; *alternatives; alternatives++)
		putchar(*alternatives == '|' ? ' ' : *alternatives);
}

/* The names of the providers, with blanks between. */
static void providers(void)
{
	struct arena *a = arena_new();
	if (!a)
		return;
	struct registry *r = registry_new(a, NULL, NULL);
	providers_add_all(r);
	for (const char *c = registry_provider_names(r); *c; c++)
		if (*c != ',')
			putchar(*c);
	registry_fini(r);
	arena_free(a);
}

static void bash(void)
{
	puts("# bash completion for dtrace(8); written by gen_tables, do not edit.\n"
	     "_dtrace()\n"
	     "{\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tcase $prev in\n"
	     "\t-x)");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", stdout);
	words("", " ");
	puts("' -- \"$cur\")\n\t\treturn;;");
	for (int i = 0; i < CLI_NLONG; i++)
		if (*long_words(i)) {
			printf("\t--%s)\n\t\tmapfile -t COMPREPLY < <(compgen -W '",
			       cli_long_options[i].name);
			print_spaced(long_words(i));
			puts("' -- \"$cur\")\n\t\treturn;;");
		}
	puts("\t-X)\n\t\tmapfile -t COMPREPLY < <(compgen -W 'a c s t' -- \"$cur\")\n\t\treturn;;\n"
	     "\t-I | -L)\n\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n\t\treturn;;\n"
	     "\t-P)");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", stdout);
	providers();
	puts("' -- \"$cur\")\n\t\treturn;;\n"
	     "\tesac\n"
	     "\tif [[ $cur == -* ]]; then");
	fputs("\t\tmapfile -t COMPREPLY < <(compgen -W '", stdout);
	for (int i = 0; i < CLI_NOPTIONS; i++)
		printf("-%c ", cli_options[i].letter);
	for (int i = 0; i < CLI_NLONG; i++)
		printf("--%s ", cli_long_options[i].name);
	puts("' -- \"$cur\")\n"
	     "\telse\n"
	     "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
	     "\tfi\n"
	     "}\n"
	     "complete -o filenames -F _dtrace dtrace");
}

/* Text inside single quotes and brackets of zsh's _arguments. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:", *text))
			putchar('\\');
		putchar(*text);
	}
}

static const char *zsh_values(char letter)
{
	switch (letter) {
	case 'x':
		return "_dtrace_options";
	case 'X':
		return "(a c s t)";
	case 'p':
		return "_pids";
	case 'I':
	case 'L':
		return "_directories";
	case 's':
	case 'o':
		return "_files";
	default:
		return "";
	}
}

static void zsh(void)
{
	puts(
	    "#compdef dtrace\n# zsh completion for dtrace(8); written by gen_tables, do not edit.\n"
	    "_dtrace_options() {\n\tlocal -a opts=(");
	for (int i = 0; i < OPT_NCOUNT; i++)
		if (option_doc((enum option)i)) {
			const char *doc = option_doc((enum option)i);
			printf("\t\t'%s:", option_name((enum option)i));
			for (; *doc; doc++)
				if (*doc != '\'')
					printf(*doc == ':' ? "\\:" : "%c", *doc);
			puts("'");
		}
	puts("\t)\n\t_describe option opts -S ''\n}\n_arguments -s \\");
	for (int i = 0; i < CLI_NOPTIONS; i++) {
		const struct cli_option *o = &cli_options[i];
		printf("\t'%s-%c%s[", o->arg ? "*" : "", o->letter, o->arg ? "+" : "");
		zsh_text(o->doc);
		putchar(']');
		if (o->arg) {
			putchar(':');
			zsh_text(o->arg);
			putchar(':');
			if (o->letter == 'P') {
				putchar('(');
				providers();
				putchar(')');
			}
			fputs(zsh_values(o->letter), stdout);
		}
		puts("' \\");
	}
	for (int i = 0; i < CLI_NLONG; i++) {
		printf("\t'--%s[", cli_long_options[i].name);
		zsh_text(cli_long_options[i].doc);
		putchar(']');
		if (*long_words(i)) {
			printf(":%s:(", cli_long_options[i].name);
			print_spaced(long_words(i));
			putchar(')');
		}
		puts("' \\");
	}
	puts("\t'*:argument:_files'");
}

static void fish_quote(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (strchr("'\\", *text))
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

static void fish(void)
{
	puts("# fish completion for dtrace(8); written by gen_tables, do not edit.");
	for (int i = 0; i < CLI_NOPTIONS; i++) {
		const struct cli_option *o = &cli_options[i];
		bool files = strchr("so", o->letter) != NULL;
		printf("complete -c dtrace -s %c%s -d ", o->letter,
		       o->arg ? (files ? " -r" : " -x") : "");
		fish_quote(o->doc);
		if (o->letter == 'X')
			fputs(" -a 'a c s t'", stdout);
		if (o->letter == 'P') {
			fputs(" -a '", stdout);
			providers();
			putchar('\'');
		}
		if (strchr("IL", o->letter))
			fputs(" -a '(__fish_complete_directories)'", stdout);
		putchar('\n');
	}
	for (int i = 0; i < CLI_NLONG; i++) {
		printf("complete -c dtrace -l %s%s -d ", cli_long_options[i].name,
		       cli_long_options[i].arg ? " -x" : "");
		fish_quote(cli_long_options[i].doc);
		if (*long_words(i)) {
			fputs(" -a '", stdout);
			print_spaced(long_words(i));
			putchar('\'');
		}
		putchar('\n');
	}
	for (int i = 0; i < OPT_NCOUNT; i++)
		if (option_doc((enum option)i)) {
			printf("complete -c dtrace -s x -x -a %s -d ", option_name((enum option)i));
			fish_quote(option_doc((enum option)i));
			putchar('\n');
		}
}

/* ---- providers ---- */

static void doc_arg(const struct probe_arg *arg, int n)
{
	printf("%s`%s%s%s`", n ? ", " : "", arg->xtype ? arg->xtype : arg->type,
	       arg->name ? " " : "", arg->name ? arg->name : "");
}

static void doc_row(const struct probe_doc *d)
{
	printf("| `%s%s%s` | ", d->function, *d->function ? ":" : "", d->name);
	for (int i = 0; i < d->nargs; i++)
		doc_arg(&d->args[i], i);
	printf("%s | %s | %s |\n", d->note ? d->note : "", d->source, d->context);
}

static void doc_stability(struct provider *p)
{
	struct stability a[5] = {0};
	if (!p->ops->stability)
		return;
	p->ops->stability(p, a);
	printf("Stability of the provider and of its probes' names %s/%s/%s, of their arguments "
	       "%s/%s/%s.\n\n",
	       stability_name(a[3].name), stability_name(a[3].data),
	       stability_class_name(a[3].dclass), stability_name(a[4].name),
	       stability_name(a[4].data), stability_class_name(a[4].dclass));
}

/* Probes one after the other that lack a source for the same reason are one row. */
static void doc_missing(struct provider *p)
{
	struct probe_doc d;
	const char *why = NULL;
	for (unsigned i = 0; provider_document(p, i, &d); i++) {
		if (!d.why_not)
			continue;
		if (!why)
			puts("\nWithout a source on Linux:\n\n| probes | why |\n|---|---|");
		if (why && strcmp(why, d.why_not) != 0) {
			fputs(" | ", stdout);
			cell(why);
			puts(" |");
		}
		printf("%s`%s`", why && strcmp(why, d.why_not) == 0 ? ", " : "| ", d.name);
		why = d.why_not;
	}
	if (!why)
		return;
	fputs(" | ", stdout);
	cell(why);
	puts(" |");
}

/* again: another table of the provider before. */
static void doc_provider(struct provider *p, bool again)
{
	struct probe_doc d;
	if (!again)
		printf("## %s\n\n", p->ops->name);
	doc_stability(p);
	puts("| probe | arguments | made from | whose |\n|---|---|---|---|");
	for (unsigned i = 0; provider_document(p, i, &d); i++)
		if (!d.why_not)
			doc_row(&d);
	doc_missing(p);
	putchar('\n');
}

static void md_providers(void)
{
	struct provider *p;
	struct arena *a = arena_new();
	if (!a)
		return;
	struct registry *r = registry_new(a, NULL, NULL);
	providers_add_all(r);
	const char *last = "";
	for (size_t i = 0; (p = registry_provider(r, i)); i++) {
		doc_provider(p, strcmp(p->ops->name, last) == 0);
		last = p->ops->name;
	}
	registry_fini(r);
	arena_free(a);
}

/* ---- what ---- */

static void cli_letters(void)
{
	for (int i = 0; i < CLI_NOPTIONS; i++)
		printf("%c\n", cli_options[i].letter);
	for (int i = 0; i < CLI_NLONG; i++)
		printf("%s\n", cli_long_options[i].name);
}

static const struct {
	const char *name;
	void (*print)(void);
} what[] = {
    {"md-variables", md_variables},
    {"md-subroutines", md_subroutines},
    {"md-actions", md_actions},
    {"md-aggregating", md_aggregating},
    {"md-options", md_options},
    {"md-inert-options", md_inert_options},
    {"mdoc-options", mdoc_options},
    {"cli-letters", cli_letters},
    {"providers", providers},
    {"md-providers", md_providers},
    {"bash", bash},
    {"zsh", zsh},
    {"fish", fish},
};

int main(int argc, char **argv)
{
	enum { N = sizeof(what) / sizeof(what[0]) };
	for (int i = 0; argc == 2 && i < N; i++)
		if (strcmp(argv[1], what[i].name) == 0) {
			what[i].print();
			return 0;
		}
	fputs("usage: gen_tables ", stderr);
	for (int i = 0; i < N; i++)
		fprintf(stderr, "%s%s", i ? "|" : "", what[i].name);
	fputc('\n', stderr);
	return 2;
}
