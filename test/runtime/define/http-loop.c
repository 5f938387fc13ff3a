/* A server's loop without its network: see translated.d. */
#include <stdio.h>

#include "http_provider.h"

typedef struct {
	const char *http_laddr, *http_raddr, *http_uri, *http_useragent;
	unsigned long http_byteswritten;
} httpproto_t;

static unsigned made;

static httpproto_t describe(const char *uri, unsigned long bytes)
{
	made++;
	return (httpproto_t){"192.0.2.1", "192.0.2.7", uri, "curl/7.88", bytes};
}

__attribute__((noinline)) void start(const char *uri)
{
	if (!HTTP_REQUEST_START_ENABLED())
		return;
	httpproto_t h = describe(uri, 0);
	HTTP_REQUEST_START(&h);
}

__attribute__((noinline)) void done(const httpproto_t *h)
{
	HTTP_REQUEST_DONE(h);
}

int main(void)
{
	static const char *const uris[] = {"/", "/index.html", "/third", "/index.html"};
	for (unsigned i = 0; i < 4; i++) {
		httpproto_t h = describe(uris[i], 100 * (i + 1));
		start(uris[i]);
		done(&h);
	}
	fprintf(stderr, "described %u times\n", made);
	return 0;
}
