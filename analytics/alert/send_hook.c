/*
 * send_hook.c - webhooks: a JSON object by HTTP POST
 *
 *	{"event":"post","id":"INSTALL-DELIVERY","time":..,"host":"..","alert":{..},"text":".."}
 *
 * Header Idempotency-Key is the id, the same at every try of a delivery. An answer of 2xx is a success. Redirections are not
 * followed: a hook goes where the threshold says, nowhere else.
 */
#include "analytics/alert/send.h"
#include "analytics/alert/template.h"
#include "analytics/net/request.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE_S = 30, ANSWER_BYTES = 200 };

void hook_text(const struct job *j, const char *install, struct buf *out)
{
	const struct alert *al = &j->alert;
	BUF_AUTO event = {0}, host = {0};
	event_names(j->event, &event);
	template_word("host", j, &host);
	json_t *alert = json_pack(
	    "{sI ss ss ss ss ss ss sI sI sI sf sf sf sb}", "id", (json_int_t)al->id, "name",
	    al->name, "severity", severity_name(al->severity), "dataset", al->dataset, "key",
	    al->key, "unit", al->unit, "note", al->note, "began", (json_int_t)al->began, "posted",
	    (json_int_t)al->posted, "cleared", (json_int_t)al->cleared, "value", j->value, "worst",
	    al->worst, "limit", al->limit, "absent", (int)al->absent);
	char id[80];
	snprintf(id, sizeof(id), "%s-%lld", install, (long long)j->id);
	json_t *all =
	    json_pack("{ss ss sI ss ss so*}", "event",
		      j->event == EVENT_TEST ? "test" : buf_str(&event), "id", id, "time",
		      (json_int_t)j->at, "host", buf_str(&host), "text", al->text, "alert", alert);
	char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	if (text)
		buf_puts(out, text);
	free(text);
	json_decref(all);
}

static size_t take(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *x = arg;
	size_t room = x->answer.n < ANSWER_BYTES ? ANSWER_BYTES - x->answer.n : 0;
	buf_add(&x->answer, p, size * n < room ? size * n : room);
	return size * n;
}

static struct curl_slist *headers(const struct job *j, const struct settings *s,
				  const char *install)
{
	char line[128];
	struct curl_slist *list = request_headers(s->value[WEBHOOK_TOKEN]);
	snprintf(line, sizeof(line), "Idempotency-Key: %s-%lld", install, (long long)j->id);
	if (list && curl_slist_append(list, line))
		return list;
	curl_slist_free_all(list);
	return NULL;
}

int hook_prepare(struct transfer *x, const struct job *j, const struct settings *s,
		 const char *install, struct sent_result *r)
{
	memset(x, 0, sizeof(*x));
	x->curl = request_new("http,https", x->error);
	x->list = headers(j, s, install);
	hook_text(j, install, &x->text);
	if (!x->curl || !x->list || x->text.oom || !x->text.n) {
		*r = sent(SENT_LATER, "out of memory");
		transfer_fini(x);
		return -1;
	}
	CURL *c = x->curl;
	curl_easy_setopt(c, CURLOPT_URL, action_param(&j->action, "url"));
	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, x->text.p);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)x->text.n);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, x->list);
	if (s->value[WEBHOOK_CA][0])
		curl_easy_setopt(c, CURLOPT_CAINFO, s->value[WEBHOOK_CA]);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)SEND_CONNECT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S);
	return 0;
}

/* That it is too early, too much or too late says nothing about the next time. */
struct sent_result hook_result(struct transfer *x, CURLcode code)
{
	long answer = 0;
	curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &answer);
	if (code != CURLE_OK)
		return sent(SENT_LATER, "%s", x->error[0] ? x->error : curl_easy_strerror(code));
	if (answer >= 200 && answer < 300)
		return sent(SENT_OK, "%s", "");
	bool again = answer == 408 || answer == 425 || answer == 429 || answer >= 500;
	return sent(again ? SENT_LATER : SENT_NEVER, "HTTP %ld: %s", answer, buf_str(&x->answer));
}
