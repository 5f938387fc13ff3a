/*
 * delegate.c - see delegate.h
 *
 * The authorizations and what they permit: resource admin in zonecfg(8) of illumos.
 */
#include "zone/delegate.h"

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { HEAD_BYTES = 8 };

/* ---- the message ---- */

static bool put(char *message, size_t *n, const char *text)
{
	size_t bytes = strlen(text) + 1;
	if (bytes > DELEGATE_BYTES - *n)
		return false;
	memcpy(message + *n, text, bytes);
	*n += bytes;
	return true;
}

int delegate_encode(const struct delegate_request *r, char message[DELEGATE_BYTES], struct err *e)
{
	const uint32_t magic = DELEGATE_MAGIC;
	const uint16_t nwords = (uint16_t)r->nwords;
	size_t n = HEAD_BYTES;
	memcpy(message, &magic, 4);
	message[4] = (char)r->program;
	message[5] = (char)r->noptions;
	memcpy(message + 6, &nwords, 2);
	bool ok = put(message, &n, r->term) && put(message, &n, r->zone);
	for (unsigned i = 0; ok && i < r->noptions; i++)
		ok = put(message, &n, r->options[i]);
	for (unsigned i = 0; ok && i < r->nwords; i++)
		ok = put(message, &n, r->words[i]);
	return ok ? (int)n : err_set(e, E2BIG, "the command is too long");
}

/* The string at *at; NULL: there is none any more. */
static const char *take(const char *message, size_t n, size_t *at)
{
	const char *text = message + *at;
	const char *end = *at < n ? memchr(text, '\0', n - *at) : NULL;
	if (!end)
		return NULL;
	*at = (size_t)(end - message) + 1;
	return text;
}

int delegate_decode(const char *message, size_t n, struct delegate_request *r, struct err *e)
{
	uint32_t magic;
	uint16_t nwords;
	size_t at = HEAD_BYTES;
	*r = (struct delegate_request){0};
	if (n < HEAD_BYTES || n > DELEGATE_BYTES)
		return err_set(e, EPROTO, "a request has not this length");
	memcpy(&magic, message, 4);
	memcpy(&nwords, message + 6, 2);
	r->program = (enum delegate_program)(unsigned char)message[4];
	r->noptions = (unsigned char)message[5];
	r->nwords = nwords;
	if (magic != DELEGATE_MAGIC || r->program >= DELEGATE_NPROGRAMS ||
	    r->noptions > DELEGATE_OPTIONS || r->nwords > DELEGATE_WORDS)
		return err_set(e, EPROTO, "this is no request");
	bool ok = (r->term = take(message, n, &at)) && (r->zone = take(message, n, &at));
	for (unsigned i = 0; ok && i < r->noptions; i++)
		ok = (r->options[i] = take(message, n, &at)) != NULL;
	for (unsigned i = 0; ok && i < r->nwords; i++)
		ok = (r->words[i] = take(message, n, &at)) != NULL;
	return ok && at == n ? 0 : err_set(e, EPROTO, "this is no request");
}

/* ---- who may what ---- */

bool delegate_has(const struct zone_config *z, const char *user, const char *auth)
{
	size_t length = strlen(auth);
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *in = &z->instances.at[i];
		const char *who = zone_instance_get(in, "user"), *auths;
		if (strcmp(in->type->name, "admin") != 0 || !who || strcmp(who, user) != 0 ||
		    !(auths = zone_instance_get(in, "auths")))
			continue;
		for (const char *p = auths; *p; p += strcspn(p, ","), p += *p == ',')
			if (strcspn(p, ",") == length && strncmp(p, auth, length) == 0)
				return true;
	}
	return false;
}

/* A word of a command line, of letters, digits and these; no option. */
static bool is_plain(const char *text)
{
	bool ok = *text && *text != '-' && strlen(text) < 64;
	for (const char *p = text; ok && *p; p++)
		ok = isalnum((unsigned char)*p) || strchr("_.-", *p);
	return ok;
}

/* What may stand behind a subcommand; nothing of it names a file outside of the zone. */
enum words { NOTHING, BOOT, SHUTDOWN, CLONE, INSTALL, UNINSTALL, INCOMPLETE };
static const struct {
	const char *name;
	enum words words;
} managed[] = {
    {"verify", NOTHING},  {"ready", NOTHING},	{"halt", NOTHING},	  {"apply", NOTHING},
    {"boot", BOOT},	  {"reboot", BOOT},	{"clone", CLONE},	  {"shutdown", SHUTDOWN},
    {"install", INSTALL}, {"mark", INCOMPLETE}, {"uninstall", UNINSTALL},
};
enum { MANAGED = sizeof(managed) / sizeof(managed[0]) };

static bool is_word(const struct delegate_request *r, unsigned i, const char *word)
{
	return i < r->nwords && strcmp(r->words[i], word) == 0;
}

const char *delegate_source(const struct delegate_request *r)
{
	if (r->program != DELEGATE_ZONEADM || !is_word(r, 0, "clone"))
		return NULL;
	unsigned first = is_word(r, 1, "-b") ? 2 : 1;
	unsigned n = is_word(r, first, "-m") ? first + 2 : first;
	return r->nwords == n + 1 && is_plain(r->words[n]) &&
		       (n == first || is_plain(r->words[first + 1]))
		   ? r->words[n]
		   : NULL;
}

static bool words_fit(const struct delegate_request *r, enum words words)
{
	unsigned n = r->nwords;
	switch (words) {
	case NOTHING:
		return n == 1;
	case BOOT:
		return n == 1 || is_word(r, 1, "--");
	case SHUTDOWN:
		return n == 1 || (is_word(r, 1, "-r") && (n == 2 || is_word(r, 2, "--")));
	case CLONE:
		return delegate_source(r) != NULL;
	case INSTALL:
		return n == 3 && is_word(r, 1, "-t") && is_word(r, 2, "sparse");
	case UNINSTALL:
		return n == 1 || (n == 2 && is_word(r, 1, "-F"));
	case INCOMPLETE:
		return n == 2 && is_word(r, 1, "incomplete");
	}
	return false;
}

static int permit_subcommand(const struct delegate_request *r, const char *user,
			     const struct zone_config *zone, const struct zone_config *source,
			     struct err *e)
{
	const char *what = r->nwords ? r->words[0] : "";
	if (r->noptions)
		return err_set(e, EPROTO, "this is no request");
	for (int i = 0; i < MANAGED; i++) {
		if (strcmp(managed[i].name, what) != 0)
			continue;
		if (!delegate_has(zone, user, "manage"))
			return err_set(e, EPERM,
				       "you must be root for %s, or its admin '%s' with manage",
				       what, user);
		if (!words_fit(r, managed[i].words))
			return err_set(e, EPERM, "you must be root for this form of %s", what);
		if (managed[i].words != CLONE)
			return 0;
		return source && delegate_has(source, user, "clonefrom")
			   ? 0
			   : err_set(e, EPERM,
				     "zone '%s' is not yours to clone from: it has no admin '%s' "
				     "with clonefrom",
				     delegate_source(r), user);
	}
	return err_set(e, EPERM, "you must be root for %s", what);
}

static bool is_login_option(const char *o)
{
	static const char *const plain[] = {"-E", "-Q", "-S", "-n", "-i", "-C", "-d"};
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(plain[i], o) == 0)
			return true;
	return (strncmp(o, "-l", 2) == 0 && is_plain(o + 2)) ||
	       (strncmp(o, "-e", 2) == 0 && isgraph((unsigned char)o[2]) && !o[3]);
}

int delegate_permit(const struct delegate_request *r, const char *user,
		    const struct zone_config *zone, const struct zone_config *source, struct err *e)
{
	if (r->program == DELEGATE_ZONEADM)
		return permit_subcommand(r, user, zone, source, e);
	for (unsigned i = 0; i < r->noptions; i++)
		if (!is_login_option(r->options[i]))
			return err_set(e, EPROTO, "this is no request");
	return delegate_has(zone, user, "login")
		   ? 0
		   : err_set(e, EPERM, "you must be root, or its admin '%s' with login", user);
}

/* ---- the user's side ---- */

static int reach(const char *root, struct err *e)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int n = snprintf(a.sun_path, sizeof(a.sun_path), "%s%s", root ? root : "", DELEGATE_SOCKET);
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (s >= 0 && n < (int)sizeof(a.sun_path) && connect(s, (const void *)&a, sizeof(a)) == 0)
		return s;
	if (s >= 0)
		close(s);
	return err_set(e, EPERM,
		       "you must be root: nothing answers for you at %s%s (see zoneadmd(8))",
		       root ? root : "", DELEGATE_SOCKET);
}

static int send_request(int s, const struct delegate_request *r, struct err *e)
{
	char message[DELEGATE_BYTES];
	const int fds[3] = {0, 1, 2};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(fds))];
	} control = {0};
	int n = delegate_encode(r, message, e);
	if (n < 0)
		return -1;
	struct iovec io = {.iov_base = message, .iov_len = (size_t)n};
	struct msghdr h = {.msg_iov = &io,
			   .msg_iovlen = 1,
			   .msg_control = control.room,
			   .msg_controllen = sizeof(control.room)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	return sendmsg(s, &h, MSG_NOSIGNAL) == n ? 0 : err_sys(e, errno, "cannot ask zoneadmd");
}

int delegate_ask(const char *root, const struct delegate_request *r, struct err *e)
{
	const int passed[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGWINCH};
	char answer[1024];
	sigset_t set;
	int s = reach(root, e);
	if (s < 0)
		return -1;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaddset(&set, passed[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC);
	struct pollfd p[2] = {{.fd = s, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	if (signals < 0 || send_request(s, r, e) < 0) {
		close(s);
		return -1;
	}
	struct signalfd_siginfo info;
	while (poll(p, 2, -1) < 0 || !p[0].revents)
		if (p[1].revents && read(signals, &info, sizeof(info)) == sizeof(info)) {
			char byte = (char)info.ssi_signo;
			(void)send(s, &byte, 1, MSG_NOSIGNAL);
		}
	ssize_t n = recv(s, answer, sizeof(answer) - 1, 0);
	close(signals);
	close(s);
	if (n == 1)
		return (unsigned char)answer[0];
	answer[n > 0 ? n : 0] = '\0';
	return err_set(e, EPERM, "%s", n > 1 ? answer + 1 : "zoneadmd has ended");
}
