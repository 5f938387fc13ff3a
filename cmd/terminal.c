/*
 * terminal.c - see terminal.h
 */
#include "cmd/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

static bool write_all(int to, const char *text, size_t n)
{
	for (ssize_t w; n; text += w, n -= (size_t)w) {
		struct pollfd p = {.fd = to, .events = POLLOUT};
		if ((w = write(to, text, n)) > 0)
			continue;
		if (w == 0 || (errno != EAGAIN && errno != EINTR) || poll(&p, 1, -1) < 0)
			return false;
		w = 0;
	}
	return true;
}

static bool copy_out(int from)
{
	char text[4096];
	ssize_t n = read(from, text, sizeof(text));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	return n > 0 && write_all(STDOUT_FILENO, text, (size_t)n);
}

/* What was typed so far on this line: nothing, the escape character, something else. */
enum typed { BEGUN, ESCAPED, OTHER };
enum came { GOES_ON, ENDED, LEFT };

static enum came copy_in(const struct terminal *t, enum typed *typed)
{
	char text[256], out[512];
	ssize_t n = read(STDIN_FILENO, text, sizeof(text));
	size_t k = 0;
	if (n <= 0)
		return n < 0 && errno == EINTR ? GOES_ON : ENDED;
	for (ssize_t i = 0; i < n; i++) {
		if (*typed == ESCAPED && text[i] == '.')
			return LEFT;
		if (*typed == BEGUN && text[i] == t->escape && t->escape >= 0) {
			*typed = ESCAPED; /* kept back until the next is known */
			continue;
		}
		/* Twice is once. */
		if (*typed == ESCAPED && text[i] != t->escape)
			out[k++] = (char)t->escape;
		out[k++] = text[i];
		*typed = text[i] == '\r' || text[i] == '\n' ? BEGUN : OTHER;
	}
	return write_all(t->zone, out, k) ? GOES_ON : ENDED;
}

static void pass_size(int zone)
{
	struct winsize size;
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(zone, TIOCSWINSZ, &size);
}

/* A descriptor that tells when the caller's terminal has another size. */
static int watch_size(sigset_t *was)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigprocmask(SIG_BLOCK, &set, was);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum terminal_end terminal_join(const struct terminal *t)
{
	struct termios was, raw;
	struct signalfd_siginfo info;
	sigset_t mask;
	enum terminal_end end = TERMINAL_CLOSED;
	enum typed typed = BEGUN;
	bool tty = tcgetattr(STDIN_FILENO, &was) == 0;
	if (tty) {
		raw = was;
		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	int resized = watch_size(&mask);
	pass_size(t->zone);
	struct pollfd p[4] = {{.fd = t->zone, .events = POLLIN},
			      {.fd = STDIN_FILENO, .events = POLLIN},
			      {.fd = t->also, .events = POLLIN},
			      {.fd = resized, .events = POLLIN}};
	while (poll(p, 4, -1) > 0 || errno == EINTR) {
		if (p[3].revents && read(resized, &info, sizeof(info)) > 0)
			pass_size(t->zone);
		if (p[0].revents && !copy_out(t->zone))
			break;
		enum came came = p[1].revents ? copy_in(t, &typed) : GOES_ON;
		if (came == ENDED)
			p[1].fd = -1;
		if (came == LEFT) {
			end = TERMINAL_LEFT;
			break;
		}
		if (p[2].revents && !(p[0].revents & POLLIN))
			break;
	}
	if (tty)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &was);
	if (resized >= 0)
		close(resized);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	return end;
}
