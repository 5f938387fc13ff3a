/*
 * dtraced.c - dtraced(8), the tracing broker: arguments, and the runs of dtrace(8) for those who are not root
 */
#include "cmd.h"

#include "broker/server.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a run of dtrace(8) ---- */

static unsigned on_interrupts(void *sv)
{
	return served_interrupts(sv);
}

static void on_started(void *sv)
{
	served_started(sv);
}

static void take_units(struct cmd *c, const struct msg_command *m)
{
	for (size_t i = 0; i < m->nunits; i++) {
		const struct msg_unit *u = &m->units[i];
		bool has = u->how == 's' || *u->content;
		c->units = grow(c->units, (size_t)c->nunits, sizeof(*c->units));
		c->units[c->nunits++] =
		    (struct unit){(char)u->how, u->text, has ? u->content : NULL};
	}
	c->args = grow(NULL, m->nargs + 1, sizeof(*c->args));
	for (size_t i = 0; i < m->nargs; i++)
		c->args[c->nargs++] = m->args[i].text;
	if (!c->nargs)
		c->args[c->nargs++] = "dtrace";
}

static int take_targets(struct served *sv, struct cmd *c, const struct msg_pid *pids, size_t n)
{
	struct err e = {0};
	for (size_t i = 0; i < n; i++) {
		pid_t pid = served_target(sv, pids[i].pid);
		c->ngrabs++;
		if (!pid) {
			warn("failed to grab pid %d: %s", (int)pids[i].pid, strerror(ESRCH));
			return -1;
		}
		if (session_grab(c->s, pid, &e) < 0) {
			warn("%s", e.text);
			return -1;
		}
	}
	return 0;
}

static bool is_unit(uint64_t how)
{
	return how && how < 128 && strchr("Pmfnis", (int)how);
}

static int run_with(struct served *sv, const struct msg_command *m, struct cmd *c)
{
	for (size_t i = 0; i < m->nunits; i++)
		if (!is_unit(m->units[i].how)) {
			warn("there is no program of kind %u", (unsigned)m->units[i].how);
			return E_ERROR;
		}
	c->list = m->flags & WIRE_CMD_LIST;
	c->verbose = m->flags & WIRE_CMD_VERBOSE;
	c->exec_only = m->flags & WIRE_CMD_EXEC_ONLY;
	c->explain = m->flags & WIRE_CMD_STDERR_TTY;
	take_units(c, m);
	if (!c->nunits && !c->list && !m->noptions) {
		warn("there is no program to run");
		return E_ERROR;
	}
	if (served_prepare(sv, c->s) < 0 || take_targets(sv, c, m->creates, m->ncreates) < 0 ||
	    take_targets(sv, c, m->grabs, m->ngrabs) < 0)
		return E_ERROR;
	return command_run(c);
}

static int run_command(struct served *sv, const struct msg_command *m)
{
	struct err e = {0};
	const struct cmd_host host = {on_interrupts, on_started, sv};
	struct cmd c = {.host = &host};
	if (!(c.s = session_new(&e))) {
		warn("failed to initialize dtrace: %s", e.text);
		return E_ERROR;
	}
	int status = run_with(sv, m, &c);
	session_free(c.s);
	free(c.units);
	free(c.args);
	return status;
}

/* ---- dtraced ---- */

static int summary(FILE *to)
{
	fputs("Usage: dtraced [--foreground] [--socket PATH] [--group NAME] [--policy FILE]\n\n"
	      "\t--foreground   stay in the foreground\n"
	      "\t--socket PATH  listen there, not at " WIRE_SOCKET "\n"
	      "\t--group NAME   whose members may connect, not dtrace\n"
	      "\t--policy FILE  who may trace what, not " POLICY_FILE "\n"
	      "\t--help, --version\n\n"
	      "The manual is dtraced(8).\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

static int read_arguments(int argc, char **argv, struct server_options *o)
{
	static const struct option options[] = {{"foreground", no_argument, NULL, 'f'},
						{"socket", required_argument, NULL, 's'},
						{"group", required_argument, NULL, 'g'},
						{"policy", required_argument, NULL, 'p'},
						{"help", no_argument, NULL, 'h'},
						{"version", no_argument, NULL, 'v'},
						{0}};
	for (int ch; (ch = getopt_long(argc, argv, "f", options, NULL)) != -1;)
		switch (ch) {
		case 'f':
			o->background = false;
			break;
		case 's':
			o->socket = optarg;
			break;
		case 'g':
			o->group = optarg;
			break;
		case 'p':
			o->policy = optarg;
			break;
		case 'h':
			exit(summary(stdout));
		case 'v':
			puts("dtraced: Glasshouse " GLASSHOUSE_VERSION);
			exit(E_OK);
		default:
			return summary(stderr);
		}
	return optind < argc ? summary(stderr) : 0;
}

/* What is in our environment is not the clients'. */
static void clean_environment(void)
{
	const char *listen_pid = getenv("LISTEN_PID"), *listen_fds = getenv("LISTEN_FDS");
	char *pid = listen_pid ? strdup(listen_pid) : NULL,
	     *fds = listen_fds ? strdup(listen_fds) : NULL;
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (pid && fds) {
		setenv("LISTEN_PID", pid, 1);
		setenv("LISTEN_FDS", fds, 1);
	}
	free(pid);
	free(fds);
}

int main(int argc, char **argv)
{
	struct server_options o = {.command = run_command, .background = true};
	struct err e = {0};
	int r = read_arguments(argc, argv, &o);
	if (r)
		return r;
	if (geteuid() != 0) {
		fputs("dtraced: it must be run by root\n", stderr);
		return E_ERROR;
	}
	clean_environment();
	if (server_run(&o, &e) < 0) {
		fprintf(stderr, "dtraced: %s\n", e.text);
		return E_ERROR;
	}
	return E_OK;
}
