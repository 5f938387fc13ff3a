/*
 * request.c - see request.h
 */
#include "analytics/net/request.h"
#include "base/buf.h"

#include <pthread.h>

static void set_up(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
}

static void set_up_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, set_up);
}

CURL *request_new(const char *protocols, char *why)
{
	set_up_once();
	CURL *c = curl_easy_init();
	if (!c)
		return NULL;
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "glasshouse/" GLASSHOUSE_VERSION);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)REQUEST_CONNECT_S);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, why);
	return c;
}

CURLM *requests_new(void)
{
	set_up_once();
	return curl_multi_init();
}

struct curl_slist *request_headers(const char *token)
{
	BUF_AUTO line = {0};
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	if (!list || !token || !*token)
		return list;
	buf_printf(&line, "Authorization: Bearer %s", token);
	if (!line.oom && curl_slist_append(list, buf_str(&line)))
		return list;
	curl_slist_free_all(list);
	return NULL;
}
