/*
 * remote.c - a run of dtrace(8) by dtraced, for those who may not trace themselves
 *
 * In: the command line, read. Here: scripts and D libraries are read, and preprocessed; commands of -c are
 * started and held; output is written; system(), freopen() and the flame graph's file are done, all as the
 * user that we are. There: everything else (broker/protocol.h: COMMAND), by the same code that root runs.
 */
#include "cmd.h"

#include "broker/conn.h"
#include "dtrace/api/serve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

enum { ID = 1, TARGETS_MS = 20, IDLE_MS = 100 };

struct remote {
	struct cmd *c;
	struct conn conn;
	struct arena *arena; /* of what is asked for */
	struct message ask;
	unsigned told; /* interrupts that dtraced knows of */
	int home, out; /* descriptors: where output goes at first, and now */
	int flame;
	bool over;
	int status;
};

/* Not root, but with the capabilities that tracing takes. */
bool remote_may_trace(void)
{
	struct __user_cap_header_struct h = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct d[2] = {{0}};
	unsigned long admin = 1ul << CAP_SYS_ADMIN, bpf = 1ul << CAP_BPF;
	if (syscall(SYS_capget, &h, d) < 0)
		return false;
	unsigned long have = (unsigned long)d[1].effective << 32 | d[0].effective;
	return have & (admin | bpf);
}

/* ---- what is asked for ---- */

/* Read or used here, and of no use there. */
static bool stays_here(const char *name)
{
	static const char *const ours[] = {"cpp",    "cppargs",	 "cpphdrs", "cpppath",
					   "define", "incdir",	 "libdir",  "undef",
					   "stdc",   "evaltime", "setenv",  "unsetenv"};
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcmp(name, ours[i]) == 0)
			return true;
	return false;
}

static void add_option(struct msg_command *m, const char *name, const char *value)
{
	if (!stays_here(name))
		m->options[m->noptions++] = (struct msg_option){name, value};
}

/* DTRACE_OPT_NAME=value, then those of the command line. */
static void take_options(struct remote *r, struct msg_command *m)
{
	static const char prefix[] = "DTRACE_OPT_";
	size_t n = 0, skip = sizeof(prefix) - 1;
	while (environ[n])
		n++;
	m->options = arena_array(r->arena, struct msg_option, n + (size_t)r->c->nset + 1);
	for (size_t i = 0; i < n; i++) {
		const char *equals = strchr(environ[i], '=');
		if (strncmp(environ[i], prefix, skip) != 0 || !equals)
			continue;
		char *name = arena_strndup(r->arena, environ[i] + skip,
					   (size_t)(equals - environ[i]) - skip);
		for (char *p = name; *p; p++)
			*p |= *p >= 'A' && *p <= 'Z' ? 0x20 : 0;
		add_option(m, name, equals + 1);
	}
	for (int i = 0; i < r->c->nset; i++)
		add_option(m, r->c->set[i].name, r->c->set[i].value);
}

static char *read_script(struct remote *r, const char *path)
{
	size_t len;
	char *file = read_file(r->c, path, &len), *text = NULL;
	if (file && memchr(file, 0, len))
		warn("failed to compile script %s: it holds a NUL", path);
	else if (file)
		text = arena_strndup(r->arena, file, len);
	free(file);
	return text;
}

static const char *preprocess(struct remote *r, const struct unit *u, const char *text)
{
	struct err e = {0};
	struct session_source src = {
	    .text = text, .len = strlen(text), .filename = u->how == 's' ? u->text : NULL};
	size_t len;
	text = session_preprocess(r->c->s, &src, &len, &e);
	if (!text)
		warn("%s %s: %s",
		     u->how == 's' ? "failed to compile script" : "invalid probe specifier",
		     u->text, e.text);
	return text;
}

static int take_units(struct remote *r, struct msg_command *m)
{
	bool cpp = option_on(r->c, "cpp");
	m->units = arena_array(r->arena, struct msg_unit, r->c->nunits + 1);
	for (int i = 0; i < r->c->nunits; i++) {
		const struct unit *u = &r->c->units[i];
		const char *content = u->how == 's' ? read_script(r, u->text) : cpp ? u->text : "";
		if (content && cpp)
			content = preprocess(r, u, content);
		if (!content)
			return -1;
		m->units[m->nunits++] = (struct msg_unit){(uint64_t)u->how, u->text, content};
	}
	return 0;
}

static int is_library(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	return n > 2 && d->d_name[0] != '.' && strcmp(d->d_name + n - 2, ".d") == 0;
}

static int take_folder(struct remote *r, struct msg_command *m, const char *folder)
{
	struct dirent **files;
	int n = scandir(folder, &files, is_library, alphasort), bad = 0;
	struct msg_file *all =
	    arena_array(r->arena, struct msg_file, m->nlibraries + (size_t)(n < 0 ? 0 : n) + 1);
	if (m->nlibraries)
		memcpy(all, m->libraries, m->nlibraries * sizeof(*all));
	m->libraries = all;
	for (int i = 0; i < n; i++) {
		char *path = arena_printf(r->arena, "%s/%s", folder, files[i]->d_name);
		char *text = bad ? NULL : read_script(r, path);
		bad |= !text;
		m->libraries[m->nlibraries++] = (struct msg_file){path, text};
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	return bad ? -1 : 0;
}

static int take_libraries(struct remote *r, struct msg_command *m)
{
	for (int i = 0; i < r->c->nset; i++)
		if (strcmp(r->c->set[i].name, "libdir") == 0 && r->c->set[i].value &&
		    take_folder(r, m, r->c->set[i].value) < 0)
			return -1;
	return 0;
}

static void take_targets(struct remote *r, struct msg_command *m)
{
	struct cmd *c = r->c;
	m->creates = arena_array(r->arena, struct msg_pid, c->ncreates + 1);
	m->grabs = arena_array(r->arena, struct msg_pid, c->ngrabs + 1);
	for (int i = 0; i < c->ncreates; i++)
		m->creates[m->ncreates++].pid = (uint64_t)c->created[i];
	for (int i = 0; i < c->ngrabs; i++)
		m->grabs[m->ngrabs++].pid = (uint64_t)c->grabs[i];
}

static int make_request(struct remote *r)
{
	struct msg_command *m = &r->ask.command;
	struct cmd *c = r->c;
	if (!(r->arena = arena_new()) || arena_guard(r->arena)) {
		warn("out of memory");
		return -1;
	}
	r->ask.type = WIRE_COMMAND;
	r->ask.session = ID;
	m->flags = (c->list ? WIRE_CMD_LIST : 0u) | (c->verbose ? WIRE_CMD_VERBOSE : 0u) |
		   (isatty(STDERR_FILENO) ? WIRE_CMD_STDERR_TTY : 0u) |
		   (isatty(STDOUT_FILENO) ? WIRE_CMD_STDOUT_TTY : 0u) |
		   (c->exec_only ? WIRE_CMD_EXEC_ONLY : 0u);
	take_options(r, m);
	take_targets(r, m);
	m->args = arena_array(r->arena, struct msg_text, c->nargs + 1);
	for (int i = 0; i < c->nargs; i++)
		m->args[m->nargs++].text = c->args[i];
	m->pid = (uint64_t)getpid();
	m->ppid = (uint64_t)getppid();
	m->pgid = (uint64_t)getpgid(0);
	m->sid = (uint64_t)getsid(0);
	m->term = getenv("TERM");
	return take_units(r, m) < 0 || take_libraries(r, m) < 0 ? -1 : 0;
}

/* ---- the connection ---- */

static int connect_to(struct remote *r, const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0) {
		conn_init(&r->conn, fd);
		return 0;
	}
	int why = errno;
	if (fd >= 0)
		close(fd);
	warn(
	    "failed to initialize dtrace: DTrace requires additional privileges: be root, or %s %s",
	    why == EACCES ? "in the group of" : "in group dtrace while dtraced(8) listens at",
	    path);
	return -1;
}

static int ask(struct remote *r, struct err *e)
{
	struct message hello = {.type = WIRE_HELLO,
				.hello = {.magic = WIRE_MAGIC,
					  .least = WIRE_VERSION,
					  .greatest = WIRE_VERSION,
					  .name = "dtrace"}};
	return conn_queue(&r->conn, &hello, e) < 0 ? -1 : conn_queue(&r->conn, &r->ask, e);
}

static int answer(struct remote *r, int64_t status, struct err *e)
{
	struct message m = {.type = WIRE_DONE, .session = ID, .done = {.status = status}};
	return conn_queue(&r->conn, &m, e);
}

/* ---- what dtraced says ---- */

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t w = write(fd, p, n);
		if (w < 0 && errno != EINTR)
			return -1;
		if (w > 0) {
			p += w;
			n -= (size_t)w;
		}
	}
	return 0;
}

static int show(struct remote *r, const struct message *m, struct err *e)
{
	const int fds[] = {[WIRE_TO_STDOUT] = STDOUT_FILENO,
			   [WIRE_TO_STDERR] = STDERR_FILENO,
			   [WIRE_TO_OUTPUT] = r->out,
			   [WIRE_TO_FLAME] = r->flame};
	if (m->text.channel > WIRE_TO_FLAME)
		return err_set(e, EPROTO, "dtraced writes where nothing is");
	if (write_all(fds[m->text.channel], m->text.bytes, m->text.nbytes) == 0)
		return 0;
	e->code = errno;
	snprintf(e->text, sizeof(e->text), "cannot write output: %s", strerror(e->code));
	return -1;
}

/* Behind what the file has. An empty name goes back to where output went first. */
static int reopen(struct remote *r, const char *name)
{
	int fd = *name ? open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : r->home;
	if (fd < 0)
		return errno;
	if (r->out != r->home)
		close(r->out);
	r->out = fd;
	return 0;
}

static int open_flame(struct remote *r, const char *name)
{
	r->flame = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	return r->flame < 0 ? errno : 0;
}

static int on_file(struct remote *r, const struct message *m)
{
	if (m->file.how == WIRE_FILE_REOPEN)
		return reopen(r, m->file.name);
	if (m->file.how == WIRE_FILE_FLAME)
		return open_flame(r, m->file.name);
	if (ftruncate(r->out, 0) == 0)
		lseek(r->out, 0, SEEK_SET);
	return 0;
}

static int start(struct remote *r, struct err *e)
{
	catch_signals(r->home);
	return session_continue(r->c->s, e) < 0 ? -1 : answer(r, 0, e);
}

static int handle(struct remote *r, const struct message *m, struct err *e)
{
	switch (m->type) {
	case WIRE_WELCOME:
		return 0;
	case WIRE_REFUSED:
		r->over = true;
		r->status = E_ERROR;
		warn("failed to initialize dtrace: %s", m->refused.text);
		return 0;
	case WIRE_TEXT:
		return show(r, m, e);
	case WIRE_SYSTEM:
		return answer(r, system(m->system.command), e);
	case WIRE_FILE:
		return answer(r, on_file(r, m), e);
	case WIRE_START:
		return start(r, e);
	case WIRE_EXIT:
		r->over = true;
		r->status = (int)m->done.status;
		return 0;
	default:
		return err_set(e, EPROTO, "dtraced says what it should not");
	}
}

static int tell_interrupts(struct remote *r, struct err *e)
{
	struct message m = {.type = WIRE_INTERRUPT, .session = ID};
	for (; r->told < interrupts_so_far() && r->told < 2; r->told++)
		if (conn_queue(&r->conn, &m, e) < 0)
			return -1;
	return 0;
}

static int take(struct remote *r, struct err *e)
{
	struct err why = {0};
	struct message m;
	int filled = conn_fill(&r->conn, &why), k;
	while (!r->over && (k = conn_next(&r->conn, &m, e)) != 0)
		if (k < 0 || handle(r, &m, e) < 0)
			return -1;
	if (!r->over && filled < 0)
		return err_set(e, EPIPE, "dtraced has gone");
	return 0;
}

static int round_of(struct remote *r, struct err *e)
{
	struct pollfd p = {.fd = r->conn.fd, .events = conn_events(&r->conn)};
	pid_t gone;
	if (poll(&p, 1, r->c->ncreates ? TARGETS_MS : IDLE_MS) < 0)
		p.revents = 0;
	session_targets(r->c->s, &gone); /* those that have ended are no longer there */
	if (tell_interrupts(r, e) < 0)
		return -1;
	/* What dtraced said before it refused us comes before the error of telling it more. */
	if (p.revents & (POLLIN | POLLHUP | POLLERR) && take(r, e) < 0)
		return -1;
	if (!r->over && conn_flush(&r->conn, e) < 0)
		return err_set(e, EPIPE, "dtraced has gone");
	return 0;
}

int remote_run(struct cmd *c)
{
	struct err e = {0};
	struct remote r = {.c = c, .conn.fd = -1, .home = c->out, .out = c->out, .flame = -1};
	const char *path = c->broker ? c->broker : WIRE_SOCKET;
	int bad = connect_to(&r, path) < 0 || make_request(&r) < 0;
	if (!bad && (bad = ask(&r, &e) < 0))
		warn("failed to initialize dtrace: %s", e.text);
	while (!bad && !r.over)
		if ((bad = round_of(&r, &e) < 0))
			warn("processing aborted: %s", e.text);
	conn_fini(&r.conn);
	arena_free(r.arena);
	return bad ? E_ERROR : r.status;
}
