/*
 * send_syslog.c - the system's log, or another's by UDP
 *
 *	to not given       /dev/log            unix:PATH       another socket (both as RFC 3164 writes it)
 *	to udp:HOST:PORT   RFC 5424 in one datagram
 */
#include "analytics/alert/send.h"
#include "analytics/alert/template.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static const struct {
	const char *name;
	int number;
} facilities[] = {{"user", 1},	  {"daemon", 3},  {"local0", 16}, {"local1", 17}, {"local2", 18},
		  {"local3", 19}, {"local4", 20}, {"local5", 21}, {"local6", 22}, {"local7", 23}};

static int priority(const struct job *j, struct sent_result *r)
{
	static const int levels[] = {4, 3, 2}; /* warning, error, critical */
	const char *name = action_param(&j->action, "facility");
	int level = j->event == EVENT_CLEAR  ? 5
		    : j->event == EVENT_TEST ? 6
					     : levels[j->alert.severity];
	for (size_t i = 0; i < sizeof(facilities) / sizeof(facilities[0]); i++)
		if (strcmp(name ? name : "daemon", facilities[i].name) == 0)
			return facilities[i].number * 8 + level;
	*r = sent(SENT_NEVER, "facility: '%s' is none of user, daemon, local0 .. local7", name);
	return -1;
}

static void put_text(const struct job *j, struct buf *out)
{
	template_expand("alert {alert} {event}: {name} ({severity}): {text}", j, out);
	if (j->alert.note[0])
		template_expand(" - {note}", j, out);
}

static struct sent_result say(int fd, const struct sockaddr *to, socklen_t n,
			      const struct buf *text, const char *where)
{
	ssize_t got =
	    fd < 0 ? -1 : sendto(fd, text->p, text->n, MSG_DONTWAIT | MSG_NOSIGNAL, to, n);
	int why = errno;
	if (fd >= 0)
		close(fd);
	return got < 0 ? sent(SENT_LATER, "%s: %s", where, strerror(why)) : sent(SENT_OK, "%s", "");
}

static struct sent_result to_socket(const struct job *j, const char *path, int pri)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	char date[32];
	struct tm tm;
	time_t at = (time_t)j->at;
	if (strlen(path) >= sizeof(to.sun_path))
		return sent(SENT_NEVER, "to: the path is too long");
	strcpy(to.sun_path, path);
	localtime_r(&at, &tm);
	strftime(date, sizeof(date), "%b %e %H:%M:%S", &tm);
	BUF_AUTO text = {0};
	buf_printf(&text, "<%d>%s glasshouse[%d]: ", pri, date, (int)getpid());
	put_text(j, &text);
	return say(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), (struct sockaddr *)&to,
		   sizeof(to), &text, path);
}

static struct sent_result to_host(const struct job *j, const char *where, int pri)
{
	char host[ACTION_TEXT], date[40];
	snprintf(host, sizeof(host), "%s", where);
	char *port = strrchr(host, ':');
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM}, *found = NULL;
	if (!port)
		return sent(SENT_NEVER, "to: udp:HOST:PORT is wanted");
	*port++ = 0;
	char *name = host;
	if (*name == '[' && port[-2] == ']') {
		port[-2] = 0;
		name++;
	}
	int got = getaddrinfo(name, port, &hints, &found);
	if (got)
		return sent(SENT_LATER, "%s: %s", where, gai_strerror(got));
	struct tm tm;
	time_t at = (time_t)j->at;
	gmtime_r(&at, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	BUF_AUTO text = {0};
	buf_printf(&text, "<%d>1 %s ", pri, date);
	template_word("host", j, &text);
	buf_printf(&text, " glasshouse %d alert - ", (int)getpid());
	put_text(j, &text);
	struct sent_result r = say(socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0),
				   found->ai_addr, found->ai_addrlen, &text, where);
	freeaddrinfo(found);
	return r;
}

struct sent_result syslog_send(const struct job *j)
{
	struct sent_result r;
	const char *to = action_param(&j->action, "to");
	int pri = priority(j, &r);
	if (pri < 0)
		return r;
	if (!to || strncmp(to, "unix:", 5) == 0)
		return to_socket(j, to ? to + 5 : "/dev/log", pri);
	if (strncmp(to, "udp:", 4) == 0)
		return to_host(j, to + 4, pri);
	return sent(SENT_NEVER, "to: unix:PATH or udp:HOST:PORT is wanted");
}
