/*
 * command.c - a run of dtrace(8) once its arguments are read: programs compiled and run, messages
 *
 * The same for root and, in dtraced, for those who are not (cmd/dtraced.c): what differs lies in struct
 * cmd_host and in what the session's text goes to. Messages are those of the classic command, because scripts
 * parse them: to stderr, with "dtrace: " in front.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- messages ---- */

void warn_text(const char *text)
{
	fflush(stdout);
	fprintf(stderr, "dtrace: %s\n", text);
}

static void say(const char *fmt, va_list ap)
{
	fflush(stdout);
	fputs("dtrace: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void warn(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	say(fmt, ap);
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
	say(fmt, ap);
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

char *read_file(struct cmd *c, const char *path, size_t *len)
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

/* The first diagnostic is in the message already; what comes after its words follows. */
void print_errors(struct cmd *c, const struct err *e)
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
	if (u->content) {
		src.text = u->content;
		src.len = strlen(u->content);
		src.cpp = false;
	} else if (u->how == 's') {
		if (!(file = read_file(c, u->text, &src.len)))
			return NULL;
		src.text = file;
	}
	if (u->how == 's') {
		c->args[0] = u->text; /* $0 is the script */
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

static const char *unit_kind(const struct unit *u)
{
	return u->how == 's' ? "script" : "description";
}

static void say_stability(const struct cmd *c, const struct unit *u)
{
	if (!c->verbose)
		return;
	printf("\nStability attributes for %s %s:\n", unit_kind(u), u->text);
	print_stability("Minimum Probe Description Attributes", u->info.descriptions);
	print_stability("Minimum Statement Attributes", u->info.statements);
	printf("\n");
	fflush(stdout); /* what the program prints has a buffer of its own */
}

static void say_enabled(const struct cmd *c, const struct unit *u)
{
	notice(c, "%s '%s' matched %u probe%s", unit_kind(u), u->text, u->info.matches,
	       u->info.matches == 1 ? "" : "s");
	say_stability(c, u);
}

/* Who reads that a description matched may begin what is to be seen: it is said when the probes are there. But a command
 * of -c writes between the lines as soon as they are. */
static bool says_matched_later(const struct cmd *c)
{
	return !c->ncreates;
}

static int enable_unit(struct cmd *c, struct unit *u)
{
	struct session_program *p = compile_unit(c, u);
	if (!p)
		return -1;
	session_program_info(p, &u->info);
	if (c->exec_only)
		say_stability(c, u);
	else if (!says_matched_later(c))
		say_enabled(c, u);
	session_enable(c->s, p);
	return 0;
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

static void say_ended(const struct cmd *c, pid_t pid)
{
	int status = session_target_status(c->s, pid);
	const char *signal = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;
	if (signal)
		notice(c, "pid %d terminated by SIG%s", (int)pid, signal);
	else if (WIFSIGNALED(status))
		notice(c, "pid %d terminated by signal %d", (int)pid, WTERMSIG(status));
	else if (WEXITSTATUS(status))
		notice(c, "pid %d exited with status %d", (int)pid, WEXITSTATUS(status));
	else
		notice(c, "pid %d has exited", (int)pid);
}

/* Ends like the classic command: stop, last round, aggregations. */
static int run(struct cmd *c)
{
	struct err e = {0};
	/* Scripts parse the classic messages: only people get more than these. */
	struct session_ops ops = {.error = print_error,
				  .drop = print_drop,
				  .warning = print_warning,
				  .explain = c->explain};
	session_set_ops(c->s, &ops);
	int r = session_go(c->s, &e);
	for (int i = 0; i < c->nunits && says_matched_later(c); i++)
		say_enabled(c, &c->units[i]);
	if (r < 0)
		return fatal(c, "could not enable tracing", &e);
	if (option_on(c, "destructive"))
		notice(c, "allowing destructive actions");
	c->host->started(c->host->arg);
	fputs(session_bpflog(c->s), stderr);
	bool done = false, newline = false;
	unsigned interrupts = 0;
	while (!done) {
		if (!interrupts)
			session_sleep(c->s);
		interrupts = c->host->interrupts(c->host->arg);
		if (interrupts && !newline) {
			newline = true;
			session_newline(c->s);
		}
		pid_t gone;
		unsigned alive = session_targets(c->s, &gone);
		if (gone)
			say_ended(c, gone);
		bool targets_over = (c->ncreates || c->ngrabs) && alive == 0;
		if ((interrupts || targets_over) && session_stop(c->s, &e) < 0)
			return fatal(c, "couldn't stop tracing", &e);
		enum session_status st = session_work(c->s, &e);
		if (st == SESSION_ERROR)
			return fatal(c, "processing aborted", &e);
		done = st == SESSION_DONE;
	}
	if (c->host->interrupts(c->host->arg) < 2 && session_finish(c->s) < 0)
		return fatal(c, "failed to print aggregations",
			     &(struct err){.text = "cannot write output"});
	return session_exit_status(c->s);
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

int command_run(struct cmd *c)
{
	if (option_on(c, "features")) {
		session_print_features(c->s, stdout);
		return E_OK;
	}
	if (c->list)
		return list_all(c);
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
