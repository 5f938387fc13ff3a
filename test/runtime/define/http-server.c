/* A program with probes of its own, as http.d defines them. */
#include <stdio.h>
#include "http.h"

typedef struct {
	const char *uri;
} httpproto_t;

int main(void)
{
	httpproto_t h = {"/index.html"};
	HTTP_REQUEST_START(&h);
	if (HTTP_REQUEST_DONE_ENABLED())
		puts("somebody looks");
	else
		puts("nobody looks");
	HTTP_REQUEST_DONE(&h, 200);
	HTTP_NUMBERS(-4, 'x', 65535, 1ULL << 40, (const char *)0, 2, -8);
	if (HTTP_IDLE_ENABLED())
		HTTP_IDLE();
	return 0;
}
