/*
 * dtrace.c - the command dtrace(8): arguments, messages, exit codes
 *
 * Everything it does goes through dtrace/api. Messages are those of the classic command, because
 * scripts parse them: to stderr, with "dtrace: " in front. Exit codes: 0, 1 error, 2 usage; exit(n)
 * passes n through.
 */
#include "cli_options.h"
#include "define.h"

#include <glasshouse/dtrace.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };

struct unit { /* one -n, -P, -m, -f, -i or -s */
	char how;
	const char *text; /* probe text, or the script's path */
};

struct cmd {
	struct session *s;
	struct unit *units;
	int nunits;
	const char **creates;
	int ncreates;
	pid_t *grabs;
	int ngrabs;
	const char **args; /* macro arguments, args[0] = $0 */
	int nargs;
	const char *ofile;
	bool list, verbose, exec_only;
	char define; /* 'h' or 'G': make a header or an object instead of tracing */
	int out;     /* descriptor */
	int status;
	unsigned target_exits;
};

static volatile sig_atomic_t interrupts, out_fd, null_fd;

/* The first ends tracing. At the second what is left goes nowhere, so that a reader who has stopped
 * reading cannot keep us. */
static void on_signal(int sig)
{
	(void)sig;
	if (++interrupts > 1)
		dup2(null_fd, out_fd);
}

/* ---- messages ---- */

static void warn_text(const char *text)
{
	fflush(stdout);
	fprintf(stderr, "dtrace: %s\n", text);
}

static void warn(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fflush(stdout);
	fputs("dtrace: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

static bool option_on(const struct cmd *c, const char *name)
{
	return session_option_on(c->s, name);
}

/* Not when quiet. */
static void notice(const struct cmd *c, const char *fmt, ...)
{
	if (option_on(c, "quiet"))
		return;
	va_list ap;
	va_start(ap, fmt);
	fflush(stdout);
	fputs("dtrace: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

static int usage(FILE *to)
{
	fputs("Usage: dtrace [-CeFGhHlqSvVwZ] [-b bufsz] [-c cmd] [-D name[=def]]\n"
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

static void *grow(void *p, size_t n, size_t size)
{
	void *q = realloc(p, (n + 1) * size);
	if (!q) {
		fputs("dtrace: out of memory\n", stderr);
		exit(E_ERROR);
	}
	return q;
}

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
	if (session_setopt(c->s, name, value, &e) == 0)
		return 0;
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
	case '3':
	case '6': /* -32, -64: one data model here */
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
	if (strncmp(arg, "--format=", 9) == 0)
		return set_option(c, "format", arg + 9);
	if (strncmp(arg, "--flame=", 8) == 0)
		return set_option(c, "flame", arg + 8);
	if (strcmp(arg, "--format") == 0 || strcmp(arg, "--flame") == 0)
		return 1; /* takes the next word */
	fprintf(stderr, "dtrace: unknown option -- %s\n", arg);
	return 2;
}

/* Options that other dtrace commands have get an answer of their own. */
static void bad_option(char letter)
{
	switch (letter) {
	case 'a':
	case 'A':
		warn("illegal option -- %c (anonymous tracing is not available)", letter);
		break;
	default:
		warn("illegal option -- %c", letter);
	}
}

/* Options and operands may interleave, as with the classic command; the text after -n and the like
 * may be followed by predicate and action as words of their own, which the shell's quoting makes
 * rare: they are joined here. */
static int parse_args(struct cmd *c, int argc, char **argv)
{
	static const char with_arg[] = "bcDfiILmnoPpsUxX";
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
		if (strcmp(a, "-32") == 0 || strcmp(a, "-64") == 0)
			continue;
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
				bad_option(*p);
			if (r)
				return r;
			if (takes)
				break;
		}
	}
	return 0;
}

/* ---- compile ---- */

/* A name alone that is not here may be that of a program that comes with dtrace. */
static FILE *open_script(struct cmd *c, const char *path)
{
	if (strcmp(path, "-") == 0)
		return stdin;
	FILE *f = fopen(path, "r");
	if (f || errno != ENOENT || strchr(path, '/'))
		return f;
	char own[4096];
	snprintf(own, sizeof(own), "%s/%s", session_scripts_dir(c->s), path);
	f = fopen(own, "r");
	errno = ENOENT;
	return f;
}

static char *read_file(struct cmd *c, const char *path, size_t *len)
{
	FILE *f = open_script(c, path);
	if (!f) {
		warn("failed to open %s: %s", path, strerror(errno));
		return NULL;
	}
	char *text = NULL;
	size_t n = 0, cap = 0;
	for (;;) {
		if (n + 4096 > cap) {
			cap = cap ? cap * 2 : 16384;
			text = grow(text, cap, 1);
		}
		size_t got = fread(text + n, 1, 4096, f);
		n += got;
		if (got == 0)
			break;
	}
	bool bad = ferror(f) != 0;
	if (bad)
		warn("failed to read %s: %s", path, strerror(errno));
	if (f != stdin)
		fclose(f);
	if (bad) {
		free(text);
		return NULL;
	}
	*len = n;
	return text;
}

/* Options that a script gives on its #! line when the kernel hands them over as one word are
 * handled by parse_args: "-qs". */

/* The first diagnostic stands in the message already: what is shown of it there is left out, its
 * place and the other diagnostics follow. */
/* The first diagnostic is in the message already; what comes after its words follows. */
static void print_errors(struct cmd *c, const struct err *e)
{
	const char *rest = session_errors(c->s);
	for (const char *p = e->text; p && rest; p = strchr(p, '\n')) {
		p += *p == '\n';
		rest = strchr(rest, '\n');
		rest += rest != NULL;
	}
	if (rest)
		fputs(rest, stderr);
}

static enum session_level level_of(char how)
{
	return how == 'P'   ? SESSION_PROVIDER
	       : how == 'm' ? SESSION_MODULE
	       : how == 'f' ? SESSION_FUNCTION
			    : SESSION_NAME;
}

static struct session_program *compile_unit(struct cmd *c, const struct unit *u)
{
	struct err e = {0};
	struct session_source src = {.text = u->text,
				     .len = strlen(u->text),
				     .argc = c->nargs,
				     .argv = c->args,
				     .level = level_of(u->how),
				     .cpp = option_on(c, "cpp")};
	char *file = NULL;
	const char *name = c->args[0];
	if (u->how == 's') {
		if (!(file = read_file(c, u->text, &src.len)))
			return NULL;
		c->args[0] = u->text; /* $0 is the script */
		src.text = file;
		src.filename = u->text;
		src.is_file = true;
	}
	struct session_program *p = session_compile(c->s, &src, &e);
	c->args[0] = name;
	if (!p) {
		warn("%s %s: %s",
		     u->how == 's' ? "failed to compile script" : "invalid probe specifier",
		     u->text, e.text);
		print_errors(c, &e);
	}
	free(file);
	return p;
}

static void print_stability(const char *what, struct session_attributes a)
{
	printf("\n\t%s\n\t\tIdentifier Names: %s\n\t\tData Semantics:   %s\n\t\tDependency Class: "
	       "%s\n",
	       what, session_stability_name(a.name), session_stability_name(a.data),
	       session_class_name(a.dclass));
}

static int enable_unit(struct cmd *c, const struct unit *u)
{
	struct session_program *p = compile_unit(c, u);
	if (!p)
		return -1;
	struct session_program_info info;
	session_program_info(p, &info);
	unsigned n = info.matches;
	if (!c->exec_only)
		notice(c, "%s '%s' matched %u probe%s", u->how == 's' ? "script" : "description",
		       u->text, n, n == 1 ? "" : "s");
	if (c->verbose) {
		printf("\nStability attributes for %s %s:\n",
		       u->how == 's' ? "script" : "description", u->text);
		print_stability("Minimum Probe Description Attributes", info.descriptions);
		print_stability("Minimum Statement Attributes", info.statements);
		printf("\n");
	}
	session_enable(c->s, p);
	return 0;
}

/* ---- probes of a program's own ---- */

static int define_unit(struct cmd *c, const struct unit *u)
{
	struct err e = {0};
	struct session_source src = {.is_file = true,
				     .filename = u->text,
				     .argc = 1,
				     .argv = c->args,
				     .cpp = option_on(c, "cpp")};
	char *file = read_file(c, u->text, &src.len);
	if (!file)
		return -1;
	src.text = file;
	int r = session_define(c->s, &src, &e);
	free(file);
	if (r < 0) {
		warn("failed to compile script %s: %s", u->text, e.text);
		print_errors(c, &e);
	}
	return r;
}

static int define(struct cmd *c)
{
	struct err e = {0};
	const char *script = NULL;
	for (int i = 0; i < c->nunits; i++) {
		if (c->units[i].how != 's')
			continue;
		if (define_unit(c, &c->units[i]) < 0)
			return E_ERROR;
		script = c->units[i].text;
	}
	if (!script) {
		warn("-%c needs the file that defines the probes: -s file.d", c->define);
		return usage(stderr);
	}
	if (define_write(c->s, c->define == 'h', script, c->ofile, c->args + 1, c->nargs - 1, &e) <
	    0) {
		warn("%s", e.text);
		return E_ERROR;
	}
	return E_OK;
}

/* ---- list ---- */

struct listing {
	struct cmd *c;
	unsigned n;
};

static void list_args(struct cmd *c, uint32_t id)
{
	struct session_probe_info info;
	struct err e = {0};
	if (session_probe_info(c->s, id, &info, &e) < 0)
		return;
	if (info.has_attributes) {
		print_stability("Probe Description Attributes", info.description);
		print_stability("Argument Attributes", info.arguments);
	}
	printf("\n\tArgument Types\n");
	if (info.nargs <= 0)
		printf("\t\tNone\n");
	for (int i = 0; i < info.nargs; i++) {
		const struct session_probe_arg *a = &info.args[i];
		printf("\t\targs[%d]: %s", i, a->translated ? a->translated : a->type);
		if (a->name)
			printf(" %s", a->name);
		printf("\n");
	}
	printf("\n");
}

/* A column, the text to the right in it. Listings are long: printf() would take most of their time. */
static void put_column(const char *text, size_t width)
{
	static const char blanks[] = "                                ";
	size_t n = strlen(text);
	for (size_t left = n < width ? width - n : 0; left > 0;) {
		size_t now = left < sizeof(blanks) - 1 ? left : sizeof(blanks) - 1;
		fwrite_unlocked(blanks, 1, now, stdout);
		left -= now;
	}
	fwrite_unlocked(text, 1, n, stdout);
	putc_unlocked(' ', stdout);
}

static void put_probe(const char *id, const struct session_probe *p)
{
	put_column(id, 5);
	put_column(p->provider, 10);
	put_column(p->module, 17);
	put_column(p->function, 33);
	fputs_unlocked(p->name, stdout);
	putc_unlocked('\n', stdout);
}

static int list_one(void *arg, const struct session_probe *p)
{
	struct listing *l = arg;
	char digits[16], *id = digits + sizeof(digits) - 1;
	uint32_t n = p->id;
	*id = '\0';
	do
		*--id = (char)('0' + n % 10);
	while (n /= 10);
	put_probe(id, p);
	if (l->c->verbose)
		list_args(l->c, p->id);
	l->n++;
	return 0;
}

/* -lv tells which documented probes this kernel has no source for. */
static void list_missing(void *arg, const struct session_probe *p, const char *why)
{
	(void)arg;
	put_probe("-", p);
	printf("\n\tNot on this system: %s\n\n", why);
}

static void say_why(struct cmd *c, const struct session_probe *spec)
{
	const char *why = session_explain(c->s, spec);
	if (why)
		fprintf(stderr, "    hint: %s\n", why);
}

static int list_unit(struct cmd *c, const struct unit *u)
{
	struct err e = {0};
	struct listing l = {.c = c};
	if (u->how == 's' || strpbrk(u->text, "{/$")) {
		struct session_program *p = compile_unit(c, u);
		if (!p)
			return -1;
		session_program_probes(p, list_one, &l);
		if (l.n)
			return 0;
		warn("failed to match %s: No probe matches description", u->text);
		c->status = E_ERROR;
		return 0;
	}
	struct session_probe spec = {0};
	if (u->how == 'i') {
		spec.id = (uint32_t)strtoul(u->text, NULL, 10);
	} else {
		if (session_probe_parse(c->s, u->text, level_of(u->how), &spec, &e) < 0) {
			warn("invalid probe specifier %s: %s", u->text, e.text);
			return -1;
		}
	}
	int n = session_list(c->s, &spec, list_one, &l, &e);
	if (n < 0) {
		warn("failed to match %s: %s", u->text, e.text);
		return -1;
	}
	if (n == 0) {
		if (u->how == 'i')
			warn("failed to match id %s: No probe matches description", u->text);
		else
			warn("failed to match %s:%s:%s:%s: No probe matches description",
			     spec.provider, spec.module, spec.function, spec.name);
		if (u->how != 'i')
			say_why(c, &spec);
		c->status = E_ERROR;
	}
	if (c->verbose && u->how != 'i' &&
	    session_list_missing(c->s, &spec, list_missing, NULL, &e) < 0)
		return -1;
	return 0;
}

static int list_all(struct cmd *c)
{
	static char out[1 << 16];
	setvbuf(stdout, out, _IOFBF, sizeof(out));
	printf("%5s %10s %17s %33s %s\n", "ID", "PROVIDER", "MODULE", "FUNCTION", "NAME");
	struct err e = {0};
	struct listing l = {.c = c};
	if (!c->nunits && session_list(c->s, NULL, list_one, &l, &e) < 0) {
		warn("failed to list probes: %s", e.text);
		return E_ERROR;
	}
	if (!c->nunits && c->verbose &&
	    session_list_missing(c->s, &(struct session_probe){0}, list_missing, NULL, &e) < 0)
		return E_ERROR;
	for (int i = 0; i < c->nunits; i++)
		if (list_unit(c, &c->units[i]) < 0)
			return E_ERROR;
	return c->status;
}

/* ---- run ---- */

static int print_warning(void *arg, const char *text)
{
	(void)arg;
	warn_text(text);
	return 0;
}

static int print_error(void *arg, const struct session_error *error)
{
	return print_warning(arg, error->text);
}

static int print_drop(void *arg, const struct session_drop *drop)
{
	return print_warning(arg, drop->text);
}

static int fatal(const struct cmd *c, const char *what, const struct err *e)
{
	warn("%s: %s", what, e->text);
	const char *log = session_bpflog(c->s);
	if (*log)
		fputs(log, stderr);
	return E_ERROR;
}

static void catch_signals(int fd)
{
	out_fd = fd;
	null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct sigaction sa = {.sa_handler = on_signal};
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

/* Ends like the classic command: stop, last round, aggregations. */
static int run(struct cmd *c)
{
	struct err e = {0};
	/* Scripts parse the classic messages: only people get more than these. */
	struct session_ops ops = {.error = print_error,
				  .drop = print_drop,
				  .warning = print_warning,
				  .explain = isatty(STDERR_FILENO)};
	session_set_ops(c->s, &ops);
	if (session_go(c->s, &e) < 0)
		return fatal(c, "could not enable tracing", &e);
	/* From here on there is something to print at the end; until then a signal just ends it. */
	catch_signals(c->out);
	fputs(session_bpflog(c->s), stderr);
	bool done = false, newline = false;
	int shown = 0;
	while (!done) {
		if (!interrupts)
			session_sleep(c->s);
		if (interrupts && !newline) {
			newline = true;
			session_newline(c->s);
		}
		pid_t gone;
		unsigned alive = session_targets(c->s, &gone);
		if (gone)
			notice(c, "pid %d has exited", (int)gone);
		bool targets_over = (c->ncreates || c->ngrabs) && alive == 0;
		if ((interrupts || targets_over) && session_stop(c->s, &e) < 0)
			return fatal(c, "couldn't stop tracing", &e);
		enum session_status st = session_work(c->s, &e);
		if (st == SESSION_ERROR)
			return fatal(c, "processing aborted", &e);
		done = st == SESSION_DONE;
		shown++;
	}
	if (interrupts < 2 && session_finish(c->s) < 0)
		return fatal(c, "failed to print aggregations",
			     &(struct err){.text = "cannot write output"});
	return session_exit_status(c->s);
}

static int start_targets(struct cmd *c)
{
	struct err e = {0};
	for (int i = 0; i < c->ncreates; i++)
		if (session_create(c->s, c->creates[i], &e) < 0) {
			warn("%s", e.text);
			return -1;
		}
	for (int i = 0; i < c->ngrabs; i++)
		if (session_grab(c->s, c->grabs[i], &e) < 0) {
			warn("%s", e.text);
			return -1;
		}
	return 0;
}

static int print_disassembly(struct cmd *c)
{
	struct err e = {0};
	return session_print_code(c->s, stderr, &e) < 0 ? fatal(c, "could not enable tracing", &e)
							: 0;
}

static bool dumps_code(const struct cmd *c)
{
	const char *list = session_option_text(c->s, "dump");
	return list && (strstr(list, "ir") || strstr(list, "bpf"));
}

static int main_with(struct cmd *c, int argc, char **argv)
{
	int r = parse_args(c, argc, argv);
	if (r)
		return r == 2 ? usage(stderr) : E_ERROR;
	if (option_on(c, "features")) {
		session_print_features(c->s, stdout);
		return E_OK;
	}
	if (c->define)
		return define(c);
	if (start_targets(c) < 0)
		return E_ERROR;
	if (c->list)
		return list_all(c);
	if (!c->nunits)
		return usage(stderr);
	if (c->ofile) {
		int fd = open(c->ofile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		if (fd < 0) {
			warn("failed to open output file '%s': %s", c->ofile, strerror(errno));
			return E_ERROR;
		}
		session_set_fd(c->s, fd);
		c->out = fd;
	}
	for (int i = 0; i < c->nunits; i++)
		if (enable_unit(c, &c->units[i]) < 0)
			return E_ERROR;
	if (option_on(c, "verbose") && print_disassembly(c))
		return E_ERROR;
	if (c->exec_only) {
		struct err e = {0};
		if (dumps_code(c) && session_lower(c->s, &e) < 0)
			return fatal(c, "could not enable tracing", &e);
		return E_OK;
	}
	return run(c);
}

int main(int argc, char **argv)
{
	struct err e = {0};
	struct cmd c = {.out = STDOUT_FILENO};
	signal(SIGPIPE, SIG_DFL);
	if (!(c.s = session_new(&e))) {
		fprintf(stderr, "dtrace: failed to initialize dtrace: %s\n", e.text);
		return E_ERROR;
	}
	int status = main_with(&c, argc, argv);
	session_free(c.s);
	free(c.units);
	free(c.creates);
	free(c.grabs);
	free(c.args);
	return status;
}
