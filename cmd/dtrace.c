/*
 * dtrace.c - the command dtrace(8): who does the work, signals, exit codes
 *
 * Root's run is here (command.c), anybody else's in dtraced (remote.c). Exit codes: 0, 1 error, 2 usage;
 * exit(n) passes n through.
 */
#include "cmd.h"
#include "define.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

void catch_signals(int fd)
{
	out_fd = fd;
	null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct sigaction sa = {.sa_handler = on_signal};
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

unsigned interrupts_so_far(void)
{
	return (unsigned)interrupts;
}

static unsigned on_interrupts(void *arg)
{
	(void)arg;
	return interrupts_so_far();
}

/* From here on there is something to print at the end; until then a signal just ends it. */
static void on_started(void *arg)
{
	catch_signals(((struct cmd *)arg)->out);
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

/* Those of -p are grabbed by whoever traces. */
static int start_targets(struct cmd *c, bool remote)
{
	struct err e = {0};
	c->created = grow(NULL, (size_t)c->ncreates, sizeof(*c->created));
	for (int i = 0; i < c->ncreates; i++)
		if ((c->created[i] = session_create(c->s, c->creates[i], &e)) < 0) {
			warn("%s", e.text);
			return -1;
		}
	for (int i = 0; !remote && i < c->ngrabs; i++)
		if (session_grab(c->s, c->grabs[i], &e) < 0) {
			warn("%s", e.text);
			return -1;
		}
	return 0;
}

static int open_output(struct cmd *c)
{
	if (!c->ofile)
		return 0;
	int fd = open(c->ofile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0) {
		warn("failed to open output file '%s': %s", c->ofile, strerror(errno));
		return -1;
	}
	session_set_fd(c->s, fd);
	c->out = fd;
	return 0;
}

/* What only looks at programs needs nobody's help. */
static bool is_remote(const struct cmd *c)
{
	if (c->broker)
		return strcmp(c->broker, "none") != 0;
	return geteuid() != 0 && !c->exec_only && !remote_may_trace();
}

static int main_with(struct cmd *c, int argc, char **argv)
{
	int r = parse_args(c, argc, argv);
	if (r)
		return r == 2 ? usage(stderr) : E_ERROR;
	if (c->define)
		return define(c);
	if (c->anonymous == 'A')
		return anonymous_save(c);
	if (c->anonymous == 'H')
		return anonymous_hold(c);
	if (option_on(c, "grabanon") && !c->list)
		return open_output(c) < 0 ? E_ERROR : anonymous_claim(c);
	bool remote = is_remote(c), features = option_on(c, "features");
	if (!features && start_targets(c, remote) < 0)
		return E_ERROR;
	if (!c->nunits && !c->list && !features)
		return usage(stderr);
	if (!features && open_output(c) < 0)
		return E_ERROR;
	if (c->list && c->ofile && dup2(c->out, STDOUT_FILENO) < 0) {
		warn("failed to write to output file '%s': %s", c->ofile, strerror(errno));
		return E_ERROR;
	}
	return remote ? remote_run(c) : command_run(c);
}

int main(int argc, char **argv)
{
	struct err e = {0};
	struct cmd c = {.out = STDOUT_FILENO, .explain = isatty(STDERR_FILENO)};
	const struct cmd_host host = {on_interrupts, on_started, &c};
	c.host = &host;
	signal(SIGPIPE, SIG_DFL);
	if (!(c.s = session_new(&e))) {
		fprintf(stderr, "dtrace: failed to initialize dtrace: %s\n", e.text);
		return E_ERROR;
	}
	int status = main_with(&c, argc, argv);
	session_free(c.s);
	free(c.units);
	for (int i = 0; i < c.nset; i++)
		free(c.set[i].name);
	free(c.set);
	free(c.creates);
	free(c.created);
	free(c.grabs);
	free(c.args);
	return status;
}
