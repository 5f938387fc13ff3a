/*
 * limit.c - see limit.h
 */
#include "analytics/http/limit.h"

#include <netinet/in.h>
#include <string.h>

void limit_init(struct limit *l, double per_s, double burst, uint64_t salt)
{
	memset(l, 0, sizeof *l);
	l->per_s = per_s;
	l->burst = burst;
	l->salt = salt;
}

uint64_t limit_key(const struct sockaddr *a)
{
	uint64_t key = 0;
	if (a && a->sa_family == AF_INET6) {
		const struct in6_addr *in = &((const struct sockaddr_in6 *)a)->sin6_addr;
		/* An IPv4 address in IPv6's clothes is that address. */
		if (IN6_IS_ADDR_V4MAPPED(in))
			memcpy(&key, in->s6_addr + 12, 4);
		else
			memcpy(&key, in->s6_addr, 8);
		key ^= IN6_IS_ADDR_LOOPBACK(in) ? 1 : 0;
	} else if (a && a->sa_family == AF_INET) {
		memcpy(&key, &((const struct sockaddr_in *)a)->sin_addr, 4);
	}
	return key ? key : ~0ull;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15ull;
	x ^= x >> 29;
	x *= 0xbf58476d1ce4e5b9ull;
	return x ^ x >> 32;
}

static struct limit_slot *find(struct limit *l, uint64_t key)
{
	struct limit_slot *oldest = NULL;
	uint64_t h = mix(key ^ l->salt);
	for (unsigned i = 0; i < 4; i++) {
		struct limit_slot *s = &l->slot[(h >> (i * 12)) % LIMIT_SLOTS];
		if (s->key == key)
			return s;
		if (!oldest || s->last_ns < oldest->last_ns)
			oldest = s;
	}
	return oldest;
}

bool limit_take(struct limit *l, uint64_t key, double cost, int64_t now_ns)
{
	struct limit_slot *s = find(l, key);
	if (s->key != key)
		*s = (struct limit_slot){.key = key, .last_ns = now_ns, .tokens = l->burst};
	s->tokens += (double)(now_ns - s->last_ns) / 1e9 * l->per_s;
	if (s->tokens > l->burst)
		s->tokens = l->burst;
	s->last_ns = now_ns;
	if (s->tokens < cost)
		return false;
	s->tokens -= cost;
	return true;
}

void limit_give(struct limit *l, uint64_t key, double cost)
{
	struct limit_slot *s = find(l, key);
	if (s->key == key)
		s->tokens = s->tokens + cost < l->burst ? s->tokens + cost : l->burst;
}

unsigned limit_wait_s(const struct limit *l, uint64_t key, double cost)
{
	struct limit_slot *s = find((struct limit *)l, key);
	double s_left = s->key == key && l->per_s > 0 ? (cost - s->tokens) / l->per_s : 1;
	return s_left < 1 ? 1 : s_left > 3600 ? 3600 : (unsigned)(s_left + 0.999);
}
