/*
 * request.h - handles of libcurl as all of Glasshouse has them
 *
 * What goes out to other machines goes out alike: in our name, without signals, by the protocols that were named and no
 * others, and with no more than REQUEST_CONNECT_S until there is a connection. libcurl itself is set up by whoever comes first.
 */
#ifndef NET_REQUEST_H
#define NET_REQUEST_H

#include <curl/curl.h>

enum { REQUEST_CONNECT_S = 5 };

/* protocols: "http,https". why: CURL_ERROR_SIZE bytes that live as long as the handle, for what goes wrong; or NULL.
 * NULL: no memory. */
CURL *request_new(const char *protocols, char *why);
CURLM *requests_new(void); /* for many at once; NULL: no memory */
/* For a body in JSON, with a bearer's token unless that is NULL or "". The caller frees them. NULL: no memory. */
struct curl_slist *request_headers(const char *token);

#endif
