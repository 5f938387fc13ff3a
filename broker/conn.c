/*
 * conn.c - framing, and buffers on both sides of a socket; see conn.h
 *
 * Memory for what comes in grows with what has come, never by what a header announces.
 */
#include "broker/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CHUNK = 64 << 10, KEEP = 1 << 20 };

void conn_init(struct conn *c, int fd)
{
	*c = (struct conn){.fd = fd};
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

void conn_fini(struct conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_fini(&c->in);
	buf_fini(&c->out);
	arena_free(c->arena);
	c->arena = NULL;
}

int conn_queue(struct conn *c, const struct message *m, struct err *e)
{
	return message_encode(m, &c->out, e);
}

size_t conn_waiting(const struct conn *c)
{
	return c->out.n - c->out_at;
}

short conn_events(const struct conn *c)
{
	return (short)(POLLIN | (conn_waiting(c) ? POLLOUT : 0));
}

/* Room of a burst is given back. */
static void forget_sent(struct conn *c)
{
	if (c->out_at < c->out.n)
		return;
	c->out_at = 0;
	if (c->out.cap > KEEP)
		buf_fini(&c->out);
	else
		buf_clear(&c->out);
}

int conn_flush(struct conn *c, struct err *e)
{
	while (conn_waiting(c)) {
		ssize_t n =
		    send(c->fd, c->out.p + c->out_at, conn_waiting(c), MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n < 0)
			return err_sys(e, errno, "the connection is broken");
		c->out_at += (size_t)n;
	}
	forget_sent(c);
	return 0;
}

/* What was taken is dropped from the front. */
static void compact(struct conn *c)
{
	if (c->in_at == 0)
		return;
	memmove(c->in.p, c->in.p + c->in_at, c->in.n - c->in_at);
	c->in.n -= c->in_at;
	c->in_at = 0;
	if (c->in.n == 0 && c->in.cap > KEEP)
		buf_fini(&c->in);
}

int conn_fill(struct conn *c, struct err *e)
{
	char chunk[CHUNK];
	compact(c);
	while (c->in.n < WIRE_HEADER + WIRE_MAX_BODY) {
		ssize_t n = recv(c->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n < 0)
			return err_sys(e, errno, "the connection is broken");
		if (n == 0)
			return err_set(e, EPIPE, "the other side has closed the connection");
		buf_add(&c->in, chunk, (size_t)n);
		if (c->in.oom)
			return err_set(e, ENOMEM, "out of memory");
	}
	return 0;
}

static uint32_t number_at(const char *p, int bytes)
{
	uint32_t v = 0;
	for (int i = 0; i < bytes; i++)
		v |= (uint32_t)(uint8_t)p[i] << 8 * i;
	return v;
}

static int decode(struct conn *c, struct message *m, size_t bytes, struct err *e)
{
	arena_free(c->arena);
	if (!(c->arena = arena_new()) || arena_guard(c->arena))
		return err_set(e, ENOMEM, "out of memory");
	int r = message_decode(m, c->in.p + c->in_at + WIRE_HEADER, bytes, c->arena, e);
	c->arena->guarded = 0;
	c->in_at += WIRE_HEADER + bytes;
	return r < 0 ? -1 : 1;
}

int conn_next(struct conn *c, struct message *m, struct err *e)
{
	size_t have = c->in.n - c->in_at;
	if (have < WIRE_HEADER)
		return 0;
	const char *h = c->in.p + c->in_at;
	uint32_t bytes = number_at(h, 4);
	if (bytes > WIRE_MAX_BODY)
		return err_set(e, EMSGSIZE, "a message of %u bytes: the most is %u", bytes,
			       (unsigned)WIRE_MAX_BODY);
	if (number_at(h + 6, 2))
		return err_set(e, EPROTO, "not a message of this protocol");
	if (have < WIRE_HEADER + bytes)
		return 0;
	*m = (struct message){.type = number_at(h + 4, 2), .session = number_at(h + 8, 4)};
	return decode(c, m, bytes, e);
}

int conn_keep(struct conn *c, struct conn *kept, struct err *e)
{
	struct buf rest = {0};
	buf_add(&rest, c->in.p + c->in_at, c->in.n - c->in_at);
	if (rest.oom)
		return err_set(e, ENOMEM, "out of memory");
	*kept = (struct conn){.fd = -1, .in = c->in, .arena = c->arena};
	c->in = rest;
	c->in_at = 0;
	c->arena = NULL;
	return 0;
}
