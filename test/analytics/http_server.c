/*
 * http_server.c - a small HTTP server with the probes that node has
 *
 * usage: http_server PORT_FILE
 * Listens on a port of its own of the loopback interface, writes its number to the file, and answers one request for
 * each connection with "ok" until it is killed; a path that begins with /slow takes 50 ms.
 */
#include "test/programs/by_hand.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* http-server-request(request, connection, remote address, port, method, url, descriptor) */
static __attribute__((noinline)) void fire_request(const char *method, const char *url, int fd)
{
	register const char *m __asm__("rbx") = method;
	register const char *u __asm__("r12") = url;
	register int64_t d __asm__("r13") = fd;
	BY_HAND(node, http__server__request, 0, "8@$0 8@$0 8@$0 -4@$0 8@%%rbx 8@%%r12 -4@%%r13d",
		"r"(m), "r"(u), "r"(d));
}

static __attribute__((noinline)) void fire_response(int fd)
{
	register int64_t d __asm__("r13") = fd;
	BY_HAND(node, http__server__response, 0, "8@$0 8@$0 -4@$0 -4@%%r13d", "r"(d));
}

static void answer(int fd)
{
	static const char text[] = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok";
	char request[4096], method[16], url[1024];
	size_t n = 0;
	ssize_t got;
	while (n < sizeof(request) - 1 &&
	       (got = read(fd, request + n, sizeof(request) - 1 - n)) > 0) {
		n += (size_t)got;
		request[n] = '\0';
		if (strstr(request, "\r\n\r\n"))
			break;
	}
	request[n] = '\0';
	if (sscanf(request, "%15s %1023s", method, url) != 2)
		return;
	fire_request(method, url, fd);
	if (strncmp(url, "/slow", 5) == 0)
		nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
	if (write(fd, text, sizeof(text) - 1) == (ssize_t)sizeof(text) - 1)
		fire_response(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM, 0), fd;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc != 2 || s < 0 || bind(s, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(s, 64) < 0 || getsockname(s, (struct sockaddr *)&a, &size) < 0)
		return 1;
	FILE *f = fopen(argv[1], "we");
	if (!f)
		return 1;
	fprintf(f, "%d\n", ntohs(a.sin_port));
	fclose(f);
	while ((fd = accept(s, NULL, NULL)) >= 0) {
		answer(fd);
		close(fd);
	}
	return 0;
}
