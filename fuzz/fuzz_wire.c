/*
 * What comes over the socket of dtraced: to the server, to its clients, and the policy.
 *
 * The first byte chooses. What can be decoded must come back the same when it is encoded and decoded again.
 */
#include "broker/client.h"
#include "broker/conn.h"
#include "broker/policy.h"

#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A message that was understood, said again. */
static void say_again(const struct message *m)
{
	BUF_AUTO once = {0}, twice = {0};
	struct err e = {0};
	struct arena *a = arena_new();
	struct message again = {.type = m->type, .session = m->session};
	assert(message_encode(m, &once, &e) == 0);
	assert(message_decode(&again, once.p + WIRE_HEADER, once.n - WIRE_HEADER, a, &e) == 0);
	assert(message_encode(&again, &twice, &e) == 0);
	assert(once.n == twice.n && memcmp(once.p, twice.p, once.n) == 0);
	arena_free(a);
}

static int connected(const uint8_t *data, size_t size)
{
	int fds[2];
	size = size < 100000 ? size : 100000;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		return -1;
	ssize_t n = send(fds[0], data, size, MSG_DONTWAIT);
	(void)n;
	shutdown(fds[0], SHUT_WR);
	close(fds[0]);
	return fds[1];
}

static void as_server(const uint8_t *data, size_t size)
{
	struct conn c;
	struct message m;
	struct err e = {0};
	int fd = connected(data, size);
	if (fd < 0)
		return;
	conn_init(&c, fd);
	conn_fill(&c, &e);
	while (conn_next(&c, &m, &e) > 0)
		say_again(&m);
	conn_fini(&c);
}

static void as_client(const uint8_t *data, size_t size)
{
	const struct broker_open open = {.name = "fuzz", .text = "BEGIN"};
	struct broker_event ev;
	struct err e = {0};
	int fd = connected(data, size);
	struct broker *b = fd < 0 ? NULL : broker_adopt(fd, &e);
	if (!b)
		return;
	for (int i = 0; i < 3; i++)
		broker_open(b, &open, &e);
	while (broker_read(b, &ev, &e) > 0)
		;
	broker_free(b);
}

static void as_policy(const uint8_t *data, size_t size)
{
	static struct peer peer = {.uid = 1, .gid = 1, .zone = "global"};
	struct arena *a = arena_new();
	struct policy p;
	struct err e = {0};
	if (policy_parse(&p, a, "input", arena_strndup(a, (const char *)data, size), &e) == 0) {
		const struct policy_row *row = policy_find(&p, &peer);
		if (row)
			policy_permits(row, "syscall", "vmlinux", "read", "entry");
	}
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 3 == 0)
		as_server(data + 1, size - 1);
	else if (data[0] % 3 == 1)
		as_client(data + 1, size - 1);
	else
		as_policy(data + 1, size - 1);
	return 0;
}
