/*
 * slow.c - see slow.h
 */
#include "analytics/http/slow.h"

#include <stddef.h>
#include <sys/socket.h>

void slow_init(struct slow *s)
{
	*s = (struct slow){0};
	pthread_mutex_init(&s->lock, NULL);
}

void slow_fini(struct slow *s)
{
	pthread_mutex_destroy(&s->lock);
}

void slow_enter(struct slow *s, struct slow_connection *c, int fd)
{
	pthread_mutex_lock(&s->lock);
	*c = (struct slow_connection){.next = s->first, .fd = fd};
	if (c->next)
		c->next->prev = c;
	s->first = c;
	pthread_mutex_unlock(&s->lock);
}

void slow_leave(struct slow *s, struct slow_connection *c)
{
	pthread_mutex_lock(&s->lock);
	if (c->prev)
		c->prev->next = c->next;
	else
		s->first = c->next;
	if (c->next)
		c->next->prev = c->prev;
	pthread_mutex_unlock(&s->lock);
}

void slow_await(struct slow *s, struct slow_connection *c, int64_t due_ns)
{
	pthread_mutex_lock(&s->lock);
	c->due_ns = due_ns;
	pthread_mutex_unlock(&s->lock);
}

void slow_cut(struct slow *s, int64_t now_ns)
{
	pthread_mutex_lock(&s->lock);
	for (struct slow_connection *c = s->first; c; c = c->next) {
		if (!c->due_ns || c->due_ns > now_ns)
			continue;
		shutdown(c->fd, SHUT_RDWR);
		c->due_ns = 0;
		s->cut++;
	}
	pthread_mutex_unlock(&s->lock);
}

uint64_t slow_cut_count(struct slow *s)
{
	pthread_mutex_lock(&s->lock);
	uint64_t n = s->cut;
	pthread_mutex_unlock(&s->lock);
	return n;
}
