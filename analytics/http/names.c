/*
 * names.c - see names.h
 */
#include "analytics/http/names.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	HEAD = 12,
	TYPE_PTR = 12,
	CLASS_IN = 1,
	LEAST_S = 60,
	MOST_S = 3600,
	NONE_S = 300,
	WAIT_MS = 2000,
	TRIES = 3,
	PLACES = 4 /* of an address in the table */
};

struct entry {
	char address[INET6_ADDRSTRLEN], name[NAMES_BYTES]; /* name "": it has none */
	int64_t until_ms, used_ms;			   /* what is known holds until then */
	int64_t asked_ms;				   /* 0: no question is on its way */
	uint16_t id;
	unsigned tries;
};
struct names {
	pthread_mutex_t lock;
	int socket;
	uint64_t salt;
	struct entry entries[NAMES_MAX];
};

/* ---- messages ---- */

static void put16(unsigned char *p, unsigned v)
{
	p[0] = (unsigned char)(v >> 8);
	p[1] = (unsigned char)v;
}
static unsigned get16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static size_t put_label(unsigned char *p, const char *label)
{
	size_t n = strlen(label);
	p[0] = (unsigned char)n;
	memcpy(p + 1, label, n);
	return n + 1;
}

/* 4.3.2.1.in-addr.arpa, b.a.9...ip6.arpa as labels; 0: no address. */
static size_t put_address(unsigned char *p, const char *address)
{
	unsigned char raw[16];
	char label[4];
	size_t n = 0;
	if (inet_pton(AF_INET, address, raw) == 1) {
		for (int i = 3; i >= 0; i--) {
			snprintf(label, sizeof label, "%u", raw[i]);
			n += put_label(p + n, label);
		}
		n += put_label(p + n, "in-addr");
	} else if (inet_pton(AF_INET6, address, raw) == 1) {
		for (int i = 31; i >= 0; i--) {
			snprintf(label, sizeof label, "%x", raw[i / 2] >> (i % 2 ? 0 : 4) & 15);
			n += put_label(p + n, label);
		}
		n += put_label(p + n, "ip6");
	} else {
		return 0;
	}
	n += put_label(p + n, "arpa");
	p[n++] = 0;
	return n;
}

size_t names_question(const char *address, uint16_t id, unsigned char out[NAMES_MESSAGE])
{
	memset(out, 0, HEAD);
	put16(out, id);
	out[2] = 1; /* recursion desired */
	put16(out + 4, 1);
	size_t n = put_address(out + HEAD, address);
	if (!n)
		return 0;
	put16(out + HEAD + n, TYPE_PTR);
	put16(out + HEAD + n + 2, CLASS_IN);
	return HEAD + n + 4;
}

/* The name at `at` as text into out (NULL: only passed over) -> the place behind it; 0: there is none that can be. */
static size_t take_name(const unsigned char *m, size_t n, size_t at, char *out)
{
	size_t after = 0, used = 0;
	for (unsigned jumps = 0; at < n;) {
		unsigned len = m[at];
		if (len >= 192) {
			if (at + 1 >= n || ++jumps > 16)
				return 0;
			after = after ? after : at + 2;
			at = get16(m + at) & 0x3fff;
			continue;
		}
		if (len > 63 || at + 1 + len > n)
			return 0;
		if (len == 0) {
			if (out)
				out[used ? used - 1 : 0] = '\0';
			return after ? after : at + 1;
		}
		if (used + len + 2 > NAMES_BYTES)
			return 0;
		if (out) {
			memcpy(out + used, m + at + 1, len);
			out[used + len] = '.';
		}
		used += len + 1;
		at += 1 + len;
	}
	return 0;
}

static bool is_name(const char *s)
{
	if (!*s || *s == '-' || *s == '.')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("-_.", *s))
			return false;
	return true;
}

/* Is it an answer to the question, by who has read it? */
static bool belongs(const unsigned char *q, size_t nq, const unsigned char *m, size_t n)
{
	return n >= nq && nq > HEAD && m[0] == q[0] && m[1] == q[1] && m[2] & 0x80 &&
	       !(m[2] & 0x02) && get16(m + 4) == 1 && memcmp(m + HEAD, q + HEAD, nq - HEAD) == 0;
}

int names_answer(const unsigned char *question, size_t nquestion, const unsigned char *m, size_t n,
		 char out[NAMES_BYTES], uint32_t *ttl_s)
{
	size_t at = nquestion;
	char text[NAMES_BYTES];
	*ttl_s = NONE_S;
	if (!belongs(question, nquestion, m, n))
		return -1;
	for (unsigned left = get16(m + 6); left && at < n; left--) {
		at = take_name(m, n, at, NULL);
		if (!at || at + 10 > n)
			return 0;
		unsigned type = get16(m + at), class = get16(m + at + 2), len = get16(m + at + 8);
		uint32_t ttl = (uint32_t)get16(m + at + 4) << 16 | get16(m + at + 6);
		at += 10;
		if (at + len > n)
			return 0;
		if (type == TYPE_PTR && class == CLASS_IN && take_name(m, n, at, text) &&
		    memchr(text, '\0', sizeof text) && is_name(text)) {
			strcpy(out, text);
			*ttl_s = ttl < LEAST_S ? LEAST_S : ttl > MOST_S ? MOST_S : ttl;
			return 1;
		}
		at += len;
	}
	return 0;
}

/* ---- what is remembered ---- */

static uint64_t hash(const struct names *n, const char *s)
{
	uint64_t h = n->salt;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3ull;
	return h ^ h >> 29;
}

/* Its entry; that which was not used for longest makes room. */
static struct entry *find(struct names *n, const char *address)
{
	struct entry *oldest = NULL;
	uint64_t h = hash(n, address);
	for (unsigned i = 0; i < PLACES; i++) {
		struct entry *at = &n->entries[(h + i) % NAMES_MAX];
		if (strcmp(at->address, address) == 0)
			return at;
		if (!oldest || at->used_ms < oldest->used_ms)
			oldest = at;
	}
	*oldest = (struct entry){0};
	snprintf(oldest->address, sizeof oldest->address, "%s", address);
	return oldest;
}

static void take_answer(struct names *n, const unsigned char *m, size_t size)
{
	unsigned char q[NAMES_MESSAGE];
	char name[NAMES_BYTES] = "";
	uint32_t ttl_s;
	for (struct entry *at = n->entries; at < n->entries + NAMES_MAX; at++) {
		if (!at->asked_ms || at->id != get16(m))
			continue;
		size_t nq = names_question(at->address, at->id, q);
		int known = names_answer(q, nq, m, size, name, &ttl_s);
		if (known < 0)
			continue;
		snprintf(at->name, sizeof at->name, "%s", known ? name : "");
		at->until_ms = clock_ms() + ttl_s * 1000ll;
		at->asked_ms = 0;
		return;
	}
}

static void read_answers(struct names *n)
{
	unsigned char m[NAMES_MESSAGE];
	ssize_t size;
	for (unsigned i = 0; i < NAMES_PENDING * 4; i++) {
		size = recv(n->socket, m, sizeof m, MSG_DONTWAIT);
		if (size < 0 && errno != ECONNREFUSED)
			return;
		if (size >= HEAD)
			take_answer(n, m, (size_t)size);
	}
}

static unsigned pending(const struct names *n, int64_t now)
{
	unsigned some = 0;
	for (const struct entry *at = n->entries; at < n->entries + NAMES_MAX; at++)
		some += at->asked_ms && now - at->asked_ms < WAIT_MS;
	return some;
}

static void ask(struct names *n, struct entry *at, int64_t now)
{
	unsigned char q[NAMES_MESSAGE];
	if (at->asked_ms && now - at->asked_ms < WAIT_MS)
		return;
	if (at->tries == TRIES) {
		/* Nobody answers: it is not asked again for a while. */
		at->name[0] = '\0';
		at->until_ms = now + NONE_S * 1000ll;
		at->asked_ms = at->tries = 0;
		return;
	}
	if (pending(n, now) >= NAMES_PENDING || getrandom(&at->id, sizeof at->id, 0) < 0)
		return;
	at->asked_ms = now;
	at->tries++;
	(void)send(n->socket, q, names_question(at->address, at->id, q), MSG_DONTWAIT);
}

enum names_state names_get(struct names *n, const char *address, char out[NAMES_BYTES])
{
	unsigned char q[NAMES_MESSAGE];
	enum names_state state = NAMES_UNKNOWN;
	if (strlen(address) >= INET6_ADDRSTRLEN || !names_question(address, 0, q))
		return NAMES_NONE;
	pthread_mutex_lock(&n->lock);
	read_answers(n);
	int64_t now = clock_ms();
	struct entry *at = find(n, address);
	at->used_ms = now;
	if (at->until_ms <= now)
		ask(n, at, now);
	if (at->until_ms > now) {
		at->tries = 0;
		state = at->name[0] ? NAMES_KNOWN : NAMES_NONE;
		snprintf(out, NAMES_BYTES, "%s", at->name);
	}
	pthread_mutex_unlock(&n->lock);
	return state;
}

/* ---- the server ---- */

static int system_server(char *out, size_t size, struct err *e)
{
	char line[256];
	FILE *f = fopen("/etc/resolv.conf", "re");
	if (!f)
		return err_sys(e, errno, "/etc/resolv.conf");
	out[0] = '\0';
	while (!out[0] && fgets(line, sizeof line, f))
		if (strncmp(line, "nameserver", 10) == 0)
			snprintf(out, size, "%.*s",
				 (int)strcspn(line + 10 + strspn(line + 10, " \t"), " \t\r\n%"),
				 line + 10 + strspn(line + 10, " \t"));
	fclose(f);
	return out[0] ? 0 : err_set(e, ENOENT, "/etc/resolv.conf names no server");
}

static int connect_to(struct names *n, const char *server, struct err *e)
{
	char host[128];
	const char *port = "53", *colon = strrchr(server, ':'), *close = strrchr(server, ']');
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_DGRAM},
			*found = NULL;
	bool v6 = colon && strchr(server, ':') != colon;
	bool has_port = colon && (v6 ? close && colon == close + 1 : true);
	size_t len = has_port ? (size_t)(colon - server) : strlen(server);
	if (has_port)
		port = colon + 1;
	const char *from = server;
	if (len >= 2 && server[0] == '[')
		from++, len -= 2;
	if (len >= sizeof host)
		return err_set(e, EINVAL, "\"%.100s\" is no server of names", server);
	snprintf(host, sizeof host, "%.*s", (int)len, from);
	int r = getaddrinfo(host, port, &hints, &found);
	if (r != 0)
		return err_set(
		    e, EINVAL,
		    "\"%.100s\" is no address of a server of names, such as 127.0.0.1:53: %s",
		    server, gai_strerror(r));
	n->socket = socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	r = n->socket < 0 ? -1 : connect(n->socket, found->ai_addr, found->ai_addrlen);
	freeaddrinfo(found);
	return r < 0 ? err_sys(e, errno, "the server of names %.100s", server) : 0;
}

struct names *names_new(const char *server, struct err *e)
{
	char first[128];
	struct names *n = calloc(1, sizeof *n);
	if (!n) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	n->socket = -1;
	pthread_mutex_init(&n->lock, NULL);
	int r = strcmp(server, "system") == 0 ? system_server(first, sizeof first, e) : 0;
	if (r == 0 && connect_to(n, strcmp(server, "system") == 0 ? first : server, e) == 0 &&
	    getrandom(&n->salt, sizeof n->salt, 0) == sizeof n->salt)
		return n;
	names_free(n);
	return NULL;
}

void names_free(struct names *n)
{
	if (!n)
		return;
	if (n->socket >= 0)
		close(n->socket);
	pthread_mutex_destroy(&n->lock);
	free(n);
}
