/*
 * names.h - names of addresses, for display: reverse DNS of one server, only where it is asked for
 *
 * Off unless a server is named. Who asks gets what is known by then and asks again: nothing waits. Questions go out and
 * answers are read while somebody asks, so a page that is closed asks nothing. All is bounded: NAMES_MAX addresses
 * are remembered, NAMES_PENDING questions on their way. Safe between threads.
 *
 * A name is what the owner of the address says of himself, and is believed as little: only letters, digits, - _ and .
 * are one. DNS messages are those of RFC 1035, names of addresses those of RFC 1035 3.5 and RFC 3596 2.5.
 */
#ifndef HTTP_NAMES_H
#define HTTP_NAMES_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { NAMES_MAX = 4096, NAMES_PENDING = 64, NAMES_BYTES = 256, NAMES_MESSAGE = 512 };

struct names;

/* server: "ADDRESS" or "ADDRESS:PORT" or "[V6]:PORT", or "system": the first of /etc/resolv.conf. NULL and *e. */
struct names *names_new(const char *server, struct err *e);
void names_free(struct names *n); /* NULL is fine */

enum names_state { NAMES_UNKNOWN, NAMES_NONE, NAMES_KNOWN };
/* What is known of an address now; unknown: asked, or it will be. What is no address has none. */
enum names_state names_get(struct names *n, const char *address, char out[NAMES_BYTES]);

/* The question for an address, as a message of that id; -> its bytes, 0: it is no address. */
size_t names_question(const char *address, uint16_t id, unsigned char out[NAMES_MESSAGE]);
/* An answer to a question: 1 and the name, 0: there is none; *ttl_s for how long. -1: it is none to this question. */
int names_answer(const unsigned char *question, size_t nquestion, const unsigned char *message,
		 size_t n, char out[NAMES_BYTES], uint32_t *ttl_s);

#endif
