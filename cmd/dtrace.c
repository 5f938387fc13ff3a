/*
 * dtrace.c - the command dtrace(8): programs compiled and run, messages, exit codes
 *
 * Everything it does goes through dtrace/api. Messages are those of the classic command, because
 * scripts parse them: to stderr, with "dtrace: " in front. Exit codes: 0, 1 error, 2 usage; exit(n)
 * passes n through.
 */
#include "cmd.h"
#include "define.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

void warn_text(const char *text)
{
	fflush(stdout);
	fprintf(stderr, "dtrace: %s\n", text);
}

void warn(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fflush(stdout);
	fputs("dtrace: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

bool option_on(const struct cmd *c, const char *name)
{
	return session_option_on(c->s, name);
}

/* Not when quiet. */
void notice(const struct cmd *c, const char *fmt, ...)
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

void *grow(void *p, size_t n, size_t size)
{
	void *q = realloc(p, (n + 1) * size);
	if (!q) {
		fputs("dtrace: out of memory\n", stderr);
		exit(E_ERROR);
	}
	return q;
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

enum session_level level_of(char how)
{
	return how == 'P'   ? SESSION_PROVIDER
	       : how == 'm' ? SESSION_MODULE
	       : how == 'f' ? SESSION_FUNCTION
			    : SESSION_NAME;
}

struct session_program *compile_unit(struct cmd *c, const struct unit *u)
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

void print_stability(const char *what, struct session_attributes a)
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
