/*
 * args.c - the command line of dtrace(8), and the summary of its options
 *
 * In: argv. Out: struct cmd, and options set in the session. Options and operands may interleave, and
 * -x values are checked as they are met.
 */
#include "cli_options.h"
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

int usage(FILE *to)
{
	fputs("Usage: dtrace [-32|-64] [-aACeFGhHlqSvVwZ] [-b bufsz] [-c cmd] [-D name[=def]]\n"
	      "\t[-I path] [-L path] [-o output] [-p pid] [-s script] [-U name]\n"
	      "\t[-x opt[=val]] [-X a|c|s|t] [--format text|json|folded]\n\n"
	      "\t[-P provider [[ predicate ] action ]]\n"
	      "\t[-m [ provider: ] module [[ predicate ] action ]]\n"
	      "\t[-f [[ provider: ] module: ] func [[ predicate ] action ]]\n"
	      "\t[-n [[[ provider: ] module: ] func: ] name [[ predicate ] action ]]\n"
	      "\t[-i probe-id [[ predicate ] action ]] [ args ... ]\n\n"
	      "\tpredicate -> '/' D-expression '/'\n"
	      "\t   action -> '{' D-statements '}'\n\n",
	      to);
	fputs("\t-32  long and pointers of programs have 32 bits\n"
	      "\t-64  they have 64 bits, as in the kernel\n",
	      to);
	for (int i = 0; i < CLI_NOPTIONS; i++)
		fprintf(to, "\t-%c  %s\n", cli_options[i].letter, cli_options[i].doc);
	for (int i = 0; i < CLI_NLONG; i++)
		fprintf(to, "\t--%s  %s\n", cli_long_options[i].name, cli_long_options[i].doc);
	fputs("\nThe manual is dtrace(8). A first look: dtrace -n 'syscall:::entry { @[execname] = "
	      "count(); }'\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

/* ---- arguments ---- */

static void add_unit(struct cmd *c, char how, const char *text)
{
	c->units = grow(c->units, (size_t)c->nunits, sizeof(*c->units));
	c->units[c->nunits++] = (struct unit){.how = how, .text = text};
}

/* What the value of an option may be, as an addition to the classic message. */
static void option_hint(const char *name)
{
	static const char *const kinds[][2] = {
	    {"flag", "yes or no, or nothing"},
	    {"switch", "no value"},
	    {"number", "a number"},
	    {"size", "bytes, with k, m, g or t after the number: 4m"},
	    {"rate", "a frequency or an interval: 10hz, 100ms, 1s"},
	    {"cpu", "the number of a CPU, or all"},
	    {"version", "a version of the language: 1.13"},
	    {"stability", "three levels: Evolving/Evolving/Common"},
	    {"text", "a text"},
	    {"list", "a text"},
	};
	const char *kind = session_option_kind(name), *what = kind;
	if (!kind) {
		fputs("    hint: dtrace(8) lists the options\n", stderr);
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kind, kinds[i][0]) == 0)
			what = kinds[i][1];
	fprintf(stderr, "    hint: it takes %s\n", what);
}

static int set_option_of(struct cmd *c, char letter, const char *name, const char *value)
{
	struct err e = {0};
	if (session_setopt(c->s, name, value, &e) == 0) {
		c->set = grow(c->set, (size_t)c->nset, sizeof(*c->set));
		c->set[c->nset++] = (struct setting){strdup(name), value};
		return 0;
	}
	warn("failed to set -%c %s: %s", letter, letter == 'x' ? name : value ? value : "", e.text);
	option_hint(name);
	return -1;
}

static int set_option(struct cmd *c, const char *name, const char *value)
{
	return set_option_of(c, 'x', name, value);
}

static int set_x_option(struct cmd *c, const char *arg)
{
	char name[64];
	size_t n = strcspn(arg, "=");
	if (n >= sizeof(name))
		n = sizeof(name) - 1;
	memcpy(name, arg, n);
	name[n] = '\0';
	if (strcmp(name, "anon") == 0 && arg[n] == '=' && arg[n + 1]) {
		c->anon_socket = arg + n + 1;
		return 0;
	}
	if (strcmp(name, "broker") == 0 && arg[n] == '=' && arg[n + 1]) {
		c->broker = arg + n + 1;
		return 0;
	}
	return set_option(c, name, arg[n] == '=' ? arg + n + 1 : NULL);
}

static int grab_arg(struct cmd *c, const char *arg)
{
	char *end;
	long pid = strtol(arg, &end, 10);
	if (*end || end == arg || pid <= 0) {
		warn("invalid process-ID: %s", arg);
		return -1;
	}
	c->grabs = grow(c->grabs, (size_t)c->ngrabs, sizeof(*c->grabs));
	c->grabs[c->ngrabs++] = (pid_t)pid;
	return 0;
}

/* One option letter with its argument. -1 after a message, 2 for usage. */
static int option(struct cmd *c, int ch, const char *arg)
{
	switch (ch) {
	case 'P':
	case 'm':
	case 'f':
	case 'n':
	case 'i':
	case 's':
		add_unit(c, (char)ch, arg);
		return 0;
	case 'c':
		c->creates = grow(c->creates, (size_t)c->ncreates, sizeof(*c->creates));
		c->creates[c->ncreates++] = arg;
		return 0;
	case 'p':
		return grab_arg(c, arg);
	case 'b':
		return set_option_of(c, 'b', "bufsize", arg);
	case 'x':
		return set_x_option(c, arg);
	case 'o':
		c->ofile = arg;
		return 0;
	case 'a':
		return set_option(c, "grabanon", NULL);
	case 'A':
		c->anonymous = 'A';
		return 0;
	case 'l':
		c->list = true;
		return set_option(c, "zdefs", NULL);
	case 'v':
		c->verbose = true;
		return 0;
	case 'e':
		c->exec_only = true;
		return 0;
	case 'G':
	case 'h':
		c->define = (char)ch;
		return 0;
	case 'S':
		return set_option(c, "verbose", NULL);
	case 'q':
		return set_option(c, "quiet", NULL);
	case 'w':
		return set_option(c, "destructive", NULL);
	case 'F':
		return set_option(c, "flowindent", NULL);
	case 'Z':
		return set_option(c, "zdefs", NULL);
	case 'C':
		return set_option(c, "cpp", NULL);
	case 'D':
		return set_option(c, "define", arg);
	case 'U':
		return set_option(c, "undef", arg);
	case 'I':
		return set_option(c, "incdir", arg);
	case 'H':
		return set_option(c, "cpphdrs", NULL);
	case 'L':
		return set_option(c, "libdir", arg);
	case 'X':
		return set_option(c, "stdc", arg);
	case '3': /* -32 */
		return strcmp(arg, "2") == 0 ? set_option(c, "datamodel", "32") : 2;
	case '6': /* -64 */
		return strcmp(arg, "4") == 0 ? set_option(c, "datamodel", "64") : 2;
	case 'k':
		c->of_definer = "-k";
		return 0;
	default:
		return 2;
	}
}

static int long_option(struct cmd *c, const char *arg)
{
	if (strcmp(arg, "--help") == 0)
		exit(usage(stdout));
	if (strcmp(arg, "--version") == 0) {
		printf("dtrace: Glasshouse " GLASSHOUSE_VERSION ", D 1.13\n");
		exit(E_OK);
	}
	if (strncmp(arg, "--anonymous", 11) == 0 && (!arg[11] || (arg[11] == '=' && arg[12]))) {
		c->anonymous = 'H';
		c->anon_file = arg[11] ? arg + 12 : NULL;
		return 0;
	}
	if (strcmp(arg, "--types") == 0 || strcmp(arg, "--no-pyparsing") == 0) {
		c->of_definer = arg;
		return 0;
	}
	if (strncmp(arg, "--format=", 9) == 0)
		return set_option(c, "format", arg + 9);
	if (strncmp(arg, "--flame=", 8) == 0)
		return set_option(c, "flame", arg + 8);
	if (strcmp(arg, "--format") == 0 || strcmp(arg, "--flame") == 0)
		return 1; /* takes the next word */
	fprintf(stderr, "dtrace: unknown option -- %s\n", arg);
	return 2;
}

/* What is to be done other than to trace is one thing. Of SystemTap's dtrace are options that say how its headers and objects
 * are made: builds pass them. */
static int check_modes(const struct cmd *c)
{
	if (c->of_definer && !c->define) {
		warn("option %s goes with -h or -G only", c->of_definer);
		return 2;
	}
	if (c->anonymous && option_on(c, "grabanon")) {
		warn("anonymous tracing is either saved (-A), held (--anonymous) or taken over "
		     "(-a)");
		return 2;
	}
	if ((c->anonymous == 'A') + (c->define != 0) + c->list <= 1)
		return 0;
	warn("only one of the [-AGhlV] options can be specified at a time");
	return 2;
}

/* Options and operands may interleave, as with the classic command; the text after -n and the like
 * may be followed by predicate and action as words of their own, which the shell's quoting makes
 * rare: they are joined here. */
int parse_args(struct cmd *c, int argc, char **argv)
{
	static const char with_arg[] = "36bcDfiILmnoPpsUxX";
	c->args = grow(NULL, (size_t)argc + 1, sizeof(*c->args));
	c->args[c->nargs++] = argv[0];
	bool operands_only = false;
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];
		if (operands_only || a[0] != '-' || a[1] == '\0') {
			c->args[c->nargs++] = a;
			continue;
		}
		if (strcmp(a, "--") == 0) {
			operands_only = true;
			continue;
		}
		if (a[1] == '-') {
			int r = long_option(c, a);
			if (r == 1) {
				if (++i >= argc)
					return 2;
				r = set_option(c, a + 2, argv[i]);
			}
			if (r)
				return r;
			continue;
		}
		for (const char *p = a + 1; *p; p++) {
			const char *value = NULL;
			bool takes = strchr(with_arg, *p) != NULL;
			if (takes && p[1])
				value = p + 1;
			else if (takes && ++i < argc)
				value = argv[i];
			if (takes && !value) {
				fprintf(stderr, "dtrace: option requires an argument -- %c\n", *p);
				return 2;
			}
			if (*p == 'V') {
				printf("dtrace: Sun D 1.13 (Glasshouse " GLASSHOUSE_VERSION ")\n");
				exit(E_OK);
			}
			int r = option(c, *p, value);
			if (r == 2)
				warn("illegal option -- %c", *p);
			if (r)
				return r;
			if (takes)
				break;
		}
	}
	return check_modes(c);
}
