/*
 * anonymous.c - anonymous tracing: what is saved to be enabled when the machine starts, held without a
 * consumer, and taken over later
 *
 * dtrace -A writes the command into a file; dtrace --anonymous, which dtrace-anonymous.service runs early at
 * boot, reads it, enables it, and leaves what is recorded in the kernel's buffers; dtrace -a hands that process
 * its standard output and error over a socket that only root can reach, and waits until it has ended.
 *
 * The file is text. Lines that begin with # are comments, the others
 *
 *	option "NAME" ["VALUE"]		of -x and the letters that mean one
 *	program L "TEXT" ["CONTENT"]	-L TEXT, where L is one of P m f n i s; CONTENT is that of a script
 *	argument "TEXT"			$0, $1 ...
 *
 * where a text is as in C, with \n, \t, \", \\ and \ooo. On the socket the one that asks sends one packet, with two
 * descriptors: flags, and options as NAME=VALUE, each ended by a NUL. Then it sends a byte for each interrupt,
 * and gets the exit status, one byte.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define ANON_FOLDER "/etc/dtrace"
#define ANON_FILE   ANON_FOLDER "/anonymous.conf"
#define ANON_SOCKET "/run/dtrace-anonymous"
enum { FILE_MAX = 4 << 20, REQUEST_MAX = 16384, WAIT_MS = 100 };
enum { FLAG_EXIT = 1 };

static const char *socket_of(const struct cmd *c)
{
	return c->anon_socket ? c->anon_socket : ANON_SOCKET;
}

static bool is_root(void)
{
	if (geteuid() == 0)
		return true;
	warn(
	    "failed to initialize dtrace: DTrace requires additional privileges: anonymous tracing "
	    "is root's");
	return false;
}

/* ---- the file, written ---- */

static void put_text(FILE *f, const char *text)
{
	fputs(" \"", f);
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '\n')
			fputs("\\n", f);
		else if (*p == '\t')
			fputs("\\t", f);
		else if (*p == '"' || *p == '\\')
			fprintf(f, "\\%c", *p);
		else if (*p < ' ' || *p == 0x7f)
			fprintf(f, "\\%03o", *p);
		else
			fputc(*p, f);
	}
	fputc('"', f);
}

static int put_unit(struct cmd *c, FILE *f, const struct unit *u)
{
	size_t len;
	char *content = u->how == 's' ? read_file(c, u->text, &len) : NULL;
	if (u->how == 's' && !content)
		return -1;
	fprintf(f, "program %c", u->how);
	put_text(f, u->text);
	if (content) {
		content = grow(content, len, 1);
		content[len] = '\0';
		put_text(f, content);
	}
	fputc('\n', f);
	free(content);
	return 0;
}

static int put_command(struct cmd *c, FILE *f)
{
	fputs("# Anonymous tracing, saved by dtrace -A; dtrace --anonymous enables it, dtrace -a "
	      "takes it over.\n",
	      f);
	for (int i = 0; i < c->nset; i++) {
		fputs("option", f);
		put_text(f, c->set[i].name);
		if (c->set[i].value)
			put_text(f, c->set[i].value);
		fputc('\n', f);
	}
	for (int i = 0; i < c->nunits; i++)
		if (put_unit(c, f, &c->units[i]) < 0)
			return -1;
	for (int i = 0; i < c->nargs; i++) {
		fputs("argument", f);
		put_text(f, c->args[i]);
		fputc('\n', f);
	}
	return 0;
}

/* All of it, or nothing. */
static int write_file(struct cmd *c, const char *path)
{
	char next[4096];
	int n = snprintf(next, sizeof(next), "%s.new", path);
	int fd = n < (int)sizeof(next)
		     ? open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)
		     : (errno = ENAMETOOLONG, -1);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	if (!f) {
		warn("failed to save anonymous enabling in %s: %s", path, strerror(errno));
		return -1;
	}
	int r = put_command(c, f);
	bool bad = fflush(f) != 0 || fsync(fd) < 0 || ferror(f);
	bad |= fclose(f) != 0;
	if (r == 0 && (bad || rename(next, path) < 0)) {
		warn("failed to save anonymous enabling in %s: %s", path, strerror(errno));
		r = -1;
	}
	if (r < 0)
		unlink(next);
	return r;
}

/* What would not compile at boot is better said now. */
static int check(struct cmd *c)
{
	if (c->ncreates || c->ngrabs) {
		warn("-A cannot be combined with -c or -p: no process is there when the machine "
		     "starts");
		return -1;
	}
	for (int i = 0; i < c->nunits; i++) {
		if (c->units[i].how == 's' && !strcmp(c->units[i].text, "-")) {
			warn("-A needs scripts that are files, not standard input");
			return -1;
		}
		if (!compile_unit(c, &c->units[i]))
			return -1;
	}
	return 0;
}

int anonymous_save(struct cmd *c)
{
	const char *path = c->ofile ? c->ofile : ANON_FILE;
	if (!c->ofile && !is_root())
		return E_ERROR;
	if (check(c) < 0)
		return E_ERROR;
	if (!c->ofile && unlink(path) == 0)
		warn("cleaned up old anonymous enabling in %s", path);
	if (!c->nunits)
		return E_OK;
	if (!c->ofile && mkdir(ANON_FOLDER, 0755) < 0 && errno != EEXIST) {
		warn("cannot make %s: %s", ANON_FOLDER, strerror(errno));
		return E_ERROR;
	}
	if (write_file(c, path) < 0)
		return E_ERROR;
	warn("saved anonymous enabling in %s", path);
	if (!c->ofile)
		warn("run 'systemctl start dtrace-anonymous' or reboot to enable changes");
	return E_OK;
}

/* ---- the file, read ---- */

/* "..." at *p: its text, in place; *p is behind it. NULL: there is none, or it does not end. */
static char *take_text(char **p)
{
	char *from = *p, *text, *to;
	while (*from == ' ')
		from++;
	if (*from != '"')
		return NULL;
	text = to = ++from;
	for (; *from && *from != '"'; from++) {
		if (*from != '\\') {
			*to++ = *from;
			continue;
		}
		from++;
		if (*from >= '0' && *from <= '3' && from[1] >= '0' && from[1] <= '7' &&
		    from[2] >= '0' && from[2] <= '7') {
			*to++ = (char)((*from - '0') << 6 | (from[1] - '0') << 3 | (from[2] - '0'));
			from += 2;
		} else if (*from == 'n' || *from == 't') {
			*to++ = *from == 'n' ? '\n' : '\t';
		} else if (*from == '"' || *from == '\\') {
			*to++ = *from;
		} else {
			return NULL;
		}
	}
	if (*from != '"')
		return NULL;
	*to = '\0';
	*p = from + 1;
	return text;
}

static bool is_end(const char *p)
{
	return p[strspn(p, " ")] == '\0';
}

static const char *take_program(struct cmd *c, char *p)
{
	char how = p[0] == ' ' ? p[1] : '\0';
	if (!how || !strchr("Pmfnis", how))
		return "the kind of a program is one of P m f n i s";
	p += 2;
	const char *text = take_text(&p), *content = text && how == 's' ? take_text(&p) : NULL;
	if (!text || (how == 's' && !content) || !is_end(p))
		return how == 's' ? "a script is a name and its text, in quotes"
				  : "a program is one text, in quotes";
	c->units = grow(c->units, (size_t)c->nunits, sizeof(*c->units));
	c->units[c->nunits++] = (struct unit){how, text, content};
	return NULL;
}

static const char *take_option(struct cmd *c, char *p, struct err *e)
{
	const char *name = take_text(&p), *value = name && !is_end(p) ? take_text(&p) : NULL;
	if (!name || !is_end(p))
		return "an option is a name and perhaps a value, in quotes";
	return session_setopt(c->s, name, value, e) < 0 ? e->text : NULL;
}

static const char *take_argument(struct cmd *c, char *p)
{
	const char *text = take_text(&p);
	if (!text || !is_end(p))
		return "an argument is one text, in quotes";
	c->args = grow(c->args, (size_t)c->nargs, sizeof(*c->args));
	c->args[c->nargs++] = text;
	return NULL;
}

static const char *take_line(struct cmd *c, char *line, struct err *e)
{
	char *rest = line + strcspn(line, " ");
	size_t n = (size_t)(rest - line);
	if (n == 7 && !strncmp(line, "program", n))
		return take_program(c, rest);
	if (n == 6 && !strncmp(line, "option", n))
		return take_option(c, rest, e);
	if (n == 8 && !strncmp(line, "argument", n))
		return take_argument(c, rest);
	return *line == '#' || is_end(line) ? NULL
					    : "it begins with none of option, program, argument";
}

/* Who else could write it would run programs in the kernel. */
static char *read_owned(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0) {
		warn("failed to open %s: %s", path, strerror(errno));
		return NULL;
	}
	char *text = NULL;
	if (!S_ISREG(st.st_mode) || (st.st_uid != 0 && st.st_uid != geteuid()) ||
	    (st.st_mode & 022))
		warn("%s is not a file that only root can write: it is not used", path);
	else if (st.st_size > FILE_MAX)
		warn("%s is larger than %d bytes: it is not used", path, FILE_MAX);
	else if ((text = grow(NULL, FILE_MAX, 1))) {
		size_t n = 0;
		for (ssize_t k; n < FILE_MAX && (k = read(fd, text + n, FILE_MAX - n)) > 0;)
			n += (size_t)k;
		text[n] = '\0';
	}
	close(fd);
	return text;
}

/* Texts of c point into it: it stays. */
static char *load(struct cmd *c, const char *path)
{
	char *text = read_owned(path), *line = text;
	c->nargs = 0;
	for (int at = 1; line; at++) {
		struct err e = {0};
		char *end = strchr(line, '\n');
		if (end)
			*end = '\0';
		const char *wrong = take_line(c, line, &e);
		if (wrong) {
			warn("%s: line %d: %s", path, at, wrong);
			free(text);
			return NULL;
		}
		line = end ? end + 1 : NULL;
	}
	if (text && !c->nunits) {
		warn("%s: there is no program in it", path);
		free(text);
		return NULL;
	}
	if (!c->nargs)
		take_argument(c, (char[]){"\"dtrace\""});
	return text;
}

/* ---- holding ---- */

struct hold {
	struct cmd *c;
	int listening, taken; /* sockets; -1 */
	unsigned interrupts;
};

static int listen_at(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || strlen(path) >= sizeof(at.sun_path)) {
		warn("cannot listen at %s: %s", path, strerror(fd < 0 ? errno : ENAMETOOLONG));
		return -1;
	}
	strcpy(at.sun_path, path);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0) {
		warn("anonymous tracing is held already: dtrace -a takes it over");
		close(fd);
		return -1;
	}
	unlink(path);
	mode_t before = umask(0177);
	bool bad = bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 4) < 0;
	umask(before);
	if (!bad)
		return fd;
	warn("cannot listen at %s: %s", path, strerror(errno));
	close(fd);
	return -1;
}

/* From now on nobody asks us, and another may hold. */
static void stop_listening(struct hold *h)
{
	if (h->listening < 0)
		return;
	unlink(socket_of(h->c));
	close(h->listening);
	h->listening = -1;
}

static bool is_roots(int fd)
{
	struct ucred who;
	socklen_t n = sizeof(who);
	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 && who.uid == geteuid();
}

static void answer(int fd, int status)
{
	unsigned char byte = (unsigned char)status;
	ssize_t n = send(fd, &byte, 1, MSG_NOSIGNAL);
	(void)n;
}

/* Packet and descriptors; -1: it is not what is to come. */
static ssize_t receive(int fd, char *text, int fds[2])
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec iov = {text, REQUEST_MAX - 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	struct pollfd p = {.fd = fd, .events = POLLIN};
	if (poll(&p, 1, 10 * WAIT_MS) <= 0)
		return -1;
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	struct cmsghdr *h = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	if (!h || h->cmsg_type != SCM_RIGHTS || h->cmsg_len != CMSG_LEN(2 * sizeof(int)))
		return -1;
	memcpy(fds, CMSG_DATA(h), 2 * sizeof(int));
	text[n] = '\0';
	return n;
}

static bool take_options(struct hold *h, char *text, ssize_t n)
{
	for (char *p = text + 1; p < text + n; p += strlen(p) + 1) {
		struct err e = {0};
		char *value = strchr(p, '=');
		if (value)
			*value = '\0';
		int r = session_setopt(h->c->s, p, value ? value + 1 : NULL, &e);
		if (r < 0)
			warn("failed to set -x %s: %s", p, e.text);
		if (value)
			*value = '='; /* that strlen() finds the end */
		if (r < 0)
			return false;
	}
	return true;
}

/* One that asks: true when it has what is held. What is wrong with it is said to it. */
static bool hand_over(struct hold *h, int fd)
{
	char text[REQUEST_MAX];
	int fds[2], own[2] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
	ssize_t n = is_roots(fd) ? receive(fd, text, fds) : -1;
	if (n > 0) {
		for (int i = 0; i < 2; i++) {
			dup2(fds[i], STDOUT_FILENO + i);
			close(fds[i]);
		}
		if (take_options(h, text, n)) {
			h->taken = fd;
			h->interrupts = text[0] & FLAG_EXIT ? 1 : 0;
		} else {
			for (int i = 0; i < 2; i++)
				dup2(own[i], STDOUT_FILENO + i);
			answer(fd, E_ERROR);
		}
	}
	close(own[0]);
	close(own[1]);
	return h->taken >= 0;
}

/* Tracing has begun: nothing is read until somebody asks, or a signal ends it. */
static void hold(void *arg)
{
	struct hold *h = arg;
	while (h->taken < 0 && !interrupts_so_far()) {
		struct pollfd p = {.fd = h->listening, .events = POLLIN};
		int fd = poll(&p, 1, -1) > 0 ? accept4(h->listening, NULL, NULL, SOCK_CLOEXEC) : -1;
		if (fd >= 0 && !hand_over(h, fd))
			close(fd);
	}
	stop_listening(h);
	if (h->taken < 0)
		h->interrupts = 2; /* nobody is there to read it */
}

static unsigned interrupts_told(void *arg)
{
	struct hold *h = arg;
	char bytes[8];
	ssize_t n = h->taken < 0 ? -1 : recv(h->taken, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (n > 0)
		h->interrupts += (unsigned)n;
	else if (n == 0)
		h->interrupts = 2; /* it has gone */
	return h->interrupts + interrupts_so_far();
}

int anonymous_hold(struct cmd *c)
{
	struct hold h = {.c = c, .taken = -1};
	const struct cmd_host host = {interrupts_told, hold, &h};
	if (!is_root())
		return E_ERROR;
	char *text = load(c, c->anon_file ? c->anon_file : ANON_FILE);
	if (!text)
		return E_ERROR;
	int status = E_ERROR;
	catch_signals(STDOUT_FILENO); /* before anybody can know of us */
	if ((h.listening = listen_at(socket_of(c))) >= 0) {
		c->host = &host;
		status = command_run(c);
		stop_listening(&h);
		fflush(stdout);
		if (h.taken >= 0)
			answer(h.taken, status);
	}
	c->nunits = 0; /* they lie in the text */
	free(text);
	return status;
}

/* ---- taking over ---- */

static int connect_to(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	warn("could not enable tracing: No anonymous tracing state");
	return -1;
}

static int ask(const struct cmd *c, int fd)
{
	char text[REQUEST_MAX] = {c->exec_only ? FLAG_EXIT : 0};
	size_t n = 1;
	for (int i = 0; i < c->nset; i++) {
		const struct setting *s = &c->set[i];
		if (!strcmp(s->name, "grabanon"))
			continue;
		int k = snprintf(text + n, sizeof(text) - n, "%s%s%s", s->name, s->value ? "=" : "",
				 s->value ? s->value : "");
		if (k < 0 || (size_t)k + 1 >= sizeof(text) - n)
			return errno = E2BIG, -1;
		n += (size_t)k + 1;
	}
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control = {0};
	struct iovec iov = {text, n};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	*h = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
			      .cmsg_type = SCM_RIGHTS,
			      .cmsg_len = CMSG_LEN(2 * sizeof(int))};
	memcpy(CMSG_DATA(h), (int[]){c->out, STDERR_FILENO}, 2 * sizeof(int));
	return sendmsg(fd, &m, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

/* Until what held it has ended; interrupts are passed on. */
static int wait_for(int fd)
{
	unsigned told = 0;
	unsigned char status;
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		int r = poll(&p, 1, WAIT_MS);
		for (; told < interrupts_so_far() && told < 2; told++)
			send(fd, "i", 1, MSG_NOSIGNAL);
		if (r <= 0)
			continue;
		if (recv(fd, &status, 1, 0) == 1)
			return status;
		warn("processing aborted: what held the anonymous state has gone");
		return E_ERROR;
	}
}

int anonymous_claim(struct cmd *c)
{
	if (!is_root())
		return E_ERROR;
	int fd = connect_to(socket_of(c));
	if (fd < 0)
		return E_ERROR;
	catch_signals(c->out);
	int status = E_ERROR;
	if (c->nunits || c->ncreates || c->ngrabs)
		warn("-a takes over what is traced: it cannot be combined with programs, -c or -p");
	else if (ask(c, fd) < 0)
		warn("could not enable tracing: %s", strerror(errno));
	else
		status = wait_for(fd);
	close(fd);
	return status;
}
