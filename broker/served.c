/*
 * served.c - see served.h
 */
#include "broker/served.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { GONE = 1000, PIECE = 64 << 10, OVER_RATE_SECONDS = 3 };

struct served {
	struct conn *conn;
	uint32_t id;
	const struct msg_command *command;
	struct limit limit;
	unsigned interrupts;
	bool gone, answered;
	int64_t answer;
	/* firings, where the policy limits their rate */
	struct session *s;
	int cost; /* the kernel counts while it is open; -1: it does not */
	uint64_t runs, next_ns;
	unsigned over; /* seconds in a row */
};

/* ---- the connection ---- */

static void lose(struct served *sv)
{
	sv->gone = true;
	sv->interrupts = GONE;
}

static void take(struct served *sv, const struct message *m)
{
	if (m->type == WIRE_INTERRUPT) {
		sv->interrupts++;
	} else if (m->type == WIRE_DONE) {
		sv->answered = true;
		sv->answer = m->done.status;
	} else {
		lose(sv); /* nothing else may come */
	}
}

/* What the client has sent; waits for it, or for it to take more, if told so. */
static void listen_to(struct served *sv, int wait_ms)
{
	struct pollfd p = {.fd = sv->conn->fd, .events = conn_events(sv->conn)};
	struct err e = {0};
	struct message m;
	if (sv->gone || poll(&p, 1, wait_ms) <= 0)
		return;
	int filled = conn_fill(sv->conn, &e), r = 0;
	while (!sv->gone && (r = conn_next(sv->conn, &m, &e)) > 0)
		take(sv, &m);
	if (filled < 0 || r < 0 || conn_flush(sv->conn, &e) < 0)
		lose(sv);
}

/* Sends, however long it takes. A client that was interrupted twice wants no more. */
static int send_all(struct served *sv, struct message *m)
{
	struct err e = {0};
	m->session = sv->id;
	if (sv->gone || conn_queue(sv->conn, m, &e) < 0 || conn_flush(sv->conn, &e) < 0)
		lose(sv);
	while (!sv->gone && conn_waiting(sv->conn))
		listen_to(sv, -1);
	return sv->gone ? -1 : 0;
}

/* -> what the client says; -1 when it has gone. */
static int64_t ask(struct served *sv, struct message *m)
{
	sv->answered = false;
	fflush(stdout);
	if (send_all(sv, m) < 0)
		return -1;
	while (!sv->gone && !sv->answered)
		listen_to(sv, -1);
	return sv->gone ? -1 : sv->answer;
}

static int send_text(struct served *sv, unsigned channel, const char *text, size_t bytes)
{
	for (size_t n; bytes; text += n, bytes -= n) {
		n = bytes < PIECE ? bytes : (size_t)PIECE;
		struct message m = {.type = WIRE_TEXT,
				    .text = {.channel = channel, .bytes = text, .nbytes = n}};
		if (send_all(sv, &m) < 0)
			return -1;
	}
	return 0;
}

/* ---- what the session hands over ---- */

static int on_write(void *arg, const char *text, size_t bytes)
{
	return send_text(arg, WIRE_TO_OUTPUT, text, bytes);
}

static int on_flame(void *arg, const char *svg, size_t bytes)
{
	return send_text(arg, WIRE_TO_FLAME, svg, bytes);
}

static int on_file(void *arg, enum session_file what, const char *name)
{
	static const unsigned how[] = {[SESSION_REOPEN] = WIRE_FILE_REOPEN,
				       [SESSION_TRUNCATE] = WIRE_FILE_TRUNCATE,
				       [SESSION_FLAME] = WIRE_FILE_FLAME};
	struct message m = {.type = WIRE_FILE, .file = {.how = how[what], .name = name}};
	int64_t r = ask(arg, &m);
	errno = r < 0 || r > 4095 ? EPIPE : (int)r;
	return errno ? -1 : 0;
}

static int on_system(void *arg, const char *command)
{
	struct message m = {.type = WIRE_SYSTEM, .system = {.command = command}};
	return (int)ask(arg, &m);
}

pid_t served_target(const struct served *sv, uint64_t number)
{
	return limit_target(&sv->limit, number);
}

/* Who fires more often than the policy permits is interrupted. */
static void check_rate(struct served *sv)
{
	uint64_t runs, ns, now = clock_ns();
	if (sv->cost < 0 || now < sv->next_ns)
		return;
	session_cost(sv->s, &runs, &ns);
	sv->over = sv->next_ns && runs - sv->runs > sv->limit.row->rate ? sv->over + 1 : 0;
	sv->runs = runs;
	sv->next_ns = now + 1000000000u;
	if (sv->over < OVER_RATE_SECONDS)
		return;
	fputs("dtrace: quota exceeded: more firings a second than dtraced permits\n", stderr);
	sv->interrupts += sv->interrupts == 0;
	close(sv->cost);
	sv->cost = -1;
}

unsigned served_interrupts(struct served *sv)
{
	check_rate(sv);
	listen_to(sv, 0);
	return sv->interrupts;
}

void served_started(struct served *sv)
{
	ask(sv, &(struct message){.type = WIRE_START});
}

static int set_options(struct served *sv, struct session *s, struct err *e)
{
	const struct msg_command *c = sv->command;
	for (size_t i = 0; i < c->noptions; i++) {
		const char *value = *c->options[i].value ? c->options[i].value : NULL;
		if (session_setopt(s, c->options[i].name, value, e) < 0)
			return err_wrap(e, "failed to set option '%s'", c->options[i].name);
	}
	return 0;
}

int served_prepare(struct served *sv, struct session *s)
{
	const struct msg_command *c = sv->command;
	const struct session_sink sink = {
	    .write = on_write, .file = on_file, .flame = on_flame, .system = on_system, .arg = sv};
	const struct session_asker asker = {.pid = (pid_t)c->pid,
					    .ppid = (pid_t)c->ppid,
					    .pgid = (pid_t)c->pgid,
					    .sid = (pid_t)c->sid};
	struct err e = {0};
	limit_apply(&sv->limit, s, &asker, 0);
	session_set_sink(s, &sink);
	int r = set_options(sv, s, &e);
	sv->s = s;
	if (r == 0 && sv->limit.row->rate)
		r = sv->cost = session_count_cost(&e);
	r = r < 0 ? -1 : 0;
	for (size_t i = 0; r == 0 && i < c->nlibraries; i++)
		r = session_add_library(s, c->libraries[i].name, c->libraries[i].content, &e);
	if (r < 0)
		fprintf(stderr, "dtrace: %s\n", e.text);
	return r;
}

/* ---- stdout and stderr ---- */

static ssize_t put_stdout(void *arg, const char *text, size_t bytes)
{
	return send_text(arg, WIRE_TO_STDOUT, text, bytes) < 0 ? 0 : (ssize_t)bytes;
}

static ssize_t put_stderr(void *arg, const char *text, size_t bytes)
{
	return send_text(arg, WIRE_TO_STDERR, text, bytes) < 0 ? 0 : (ssize_t)bytes;
}

static int redirect(struct served *sv)
{
	bool tty = sv->command->flags & WIRE_CMD_STDOUT_TTY;
	FILE *out = fopencookie(sv, "w", (cookie_io_functions_t){.write = put_stdout});
	FILE *err = fopencookie(sv, "w", (cookie_io_functions_t){.write = put_stderr});
	if (!out || !err)
		return -1;
	setvbuf(out, NULL, tty ? _IOLBF : _IOFBF, 4096);
	setvbuf(err, NULL, _IONBF, 0);
	stdout = out;
	stderr = err;
	return 0;
}

int served_run(struct conn *c, uint32_t id, const struct peer *peer, const struct policy_row *row,
	       const struct msg_command *command, served_command *fn, struct err *e)
{
	struct served sv = {.conn = c,
			    .id = id,
			    .command = command,
			    .limit = {.peer = peer, .row = row},
			    .cost = -1};
	if (redirect(&sv) < 0)
		return err_set(e, ENOMEM, "out of memory");
	setenv("TERM", command->term, 1);
	prctl(PR_SET_NAME, "dtrace"); /* as BEGIN and END see us */
	int status = fn(&sv, command);
	fflush(stdout);
	struct message m = {.type = WIRE_EXIT, .done = {.status = status}};
	return send_all(&sv, &m) < 0 ? err_set(e, EPIPE, "the client has gone") : 0;
}
