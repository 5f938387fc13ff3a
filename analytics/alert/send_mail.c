/*
 * send_mail.c - mail by SMTP
 *
 * Every try of a delivery has the same Message-ID, so that a receiver can tell a repeated one.
 */
#include "analytics/alert/send.h"
#include "analytics/net/request.h"
#include "analytics/alert/template.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SUBJECT "[{severity}] {name}: {event}"
#define BODY                                                                                       \
	"{text}\n\nthreshold  {name} ({severity})\nevent      {event} at {time}\ndataset    "      \
	"{dataset}\nkey        {key}\n"                                                            \
	"value      {value}\nlimit      {limit}\nworst      {worst}\nsince      {began} "          \
	"({lasted})\nhost       {host}\n"                                                          \
	"alert      {alert}\n\n{note}\n"

enum { WHOLE_S = 60, ANSWER_S = 20, ENCODED_CHUNK = 45 };

struct sent_result sent(enum sent how, const char *fmt, ...)
{
	struct sent_result r = {.how = how};
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(r.error, sizeof(r.error), fmt, ap);
	va_end(ap);
	return r;
}

/* ---- the text ---- */

static bool is_ascii(const char *p)
{
	for (; *p; p++)
		if ((unsigned char)*p >= 0x80)
			return false;
	return true;
}

static void base64(const unsigned char *p, size_t n, struct buf *out)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (; n; p += 3, n -= n < 3 ? n : 3) {
		uint32_t v =
		    (uint32_t)p[0] << 16 | (n > 1 ? (uint32_t)p[1] << 8 : 0) | (n > 2 ? p[2] : 0);
		buf_putc(out, digits[v >> 18]);
		buf_putc(out, digits[v >> 12 & 63]);
		buf_putc(out, n > 1 ? digits[v >> 6 & 63] : '=');
		buf_putc(out, n > 2 ? digits[v & 63] : '=');
	}
}

/* A header's text; where it is not ASCII, in words of RFC 2047 that end between characters. */
static void put_header(const char *name, const char *text, struct buf *out)
{
	buf_printf(out, "%s: ", name);
	if (is_ascii(text) && strlen(text) < 900) {
		buf_puts(out, text);
		buf_puts(out, "\r\n");
		return;
	}
	for (const char *sep = ""; *text; sep = "\r\n ") {
		size_t n = strlen(text);
		if (n > ENCODED_CHUNK)
			for (n = ENCODED_CHUNK;
			     n > ENCODED_CHUNK - 4 && ((unsigned char)text[n] & 0xc0) == 0x80;)
				n--;
		buf_printf(out, "%s=?UTF-8?B?", sep);
		base64((const unsigned char *)text, n, out);
		buf_puts(out, "?=");
		text += n;
	}
	buf_puts(out, "\r\n");
}

static void one_line(struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		if ((unsigned char)b->p[i] < 0x20)
			b->p[i] = ' ';
}

/* Lines of a mail may have 998 bytes: longer ones are broken. */
static void put_body(const char *text, struct buf *out)
{
	size_t column = 0;
	for (; *text; text++) {
		if (*text == '\r')
			continue;
		if (*text == '\n' || (column >= 900 && ((unsigned char)*text & 0xc0) != 0x80)) {
			buf_puts(out, "\r\n");
			column = 0;
			if (*text == '\n')
				continue;
		}
		buf_putc(out, *text);
		column++;
	}
	if (column)
		buf_puts(out, "\r\n");
}

void mail_text(const struct job *j, const struct settings *s, const char *install, struct buf *out)
{
	const char *subject = action_param(&j->action, "subject"),
		   *body = action_param(&j->action, "body");
	char date[64];
	struct tm tm;
	time_t at = (time_t)j->made;
	BUF_AUTO title = {0}, text = {0};
	template_expand(subject ? subject : SUBJECT, j, &title);
	template_expand(body ? body : BODY, j, &text);
	one_line(&title);
	gmtime_r(&at, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	put_header("From", s->value[SMTP_FROM], out);
	put_header("To", action_param(&j->action, "to"), out);
	put_header("Subject", buf_str(&title), out);
	buf_printf(out, "Date: %s\r\nMessage-ID: <alert.%lld.%s@glasshouse>\r\n", date,
		   (long long)j->id, install);
	if (j->alert.id) {
		if (j->event != EVENT_POST)
			buf_printf(out, "References: <alert-%lld.%s@glasshouse>\r\n",
				   (long long)j->alert.id, install);
		buf_printf(out, "X-Glasshouse-Alert: %lld\r\n", (long long)j->alert.id);
	}
	buf_puts(out, "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
		      "Content-Transfer-Encoding: 8bit\r\nAuto-Submitted: auto-generated\r\n\r\n");
	put_body(buf_str(&text), out);
}

/* ---- the transfer ---- */

/* "a@x, b@y": what stands in <> goes on the wire as it is, so nothing odd may stand there. */
static struct curl_slist *recipients(const char *to, struct sent_result *r)
{
	struct curl_slist *list = NULL;
	for (const char *p = to; *p;) {
		char address[ACTION_TEXT + 2];
		p += strspn(p, ", ");
		size_t n = strcspn(p, ", ");
		if (!n)
			break;
		snprintf(address, sizeof(address), "%.*s", (int)n, p);
		bool odd = !strchr(address, '@') || strpbrk(address, "<>\"\\()[]") != NULL ||
			   !is_ascii(address);
		struct curl_slist *more = odd ? NULL : curl_slist_append(list, address);
		if (!more) {
			curl_slist_free_all(list);
			*r = sent(SENT_NEVER, "to: '%s' is not an address", address);
			return NULL;
		}
		list = more;
		p += n;
	}
	if (!list)
		*r = sent(SENT_NEVER, "to: there is no address");
	return list;
}

static size_t give(char *out, size_t size, size_t n, void *arg)
{
	struct transfer *x = arg;
	size_t left = x->text.n - x->at, give = size * n < left ? size * n : left;
	memcpy(out, x->text.p + x->at, give);
	x->at += give;
	return give;
}

static bool this_host(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(names[i]);
		if (strncmp(host, names[i], n) == 0 &&
		    (!host[n] || host[n] == ':' || host[n] == '/'))
			return true;
	}
	return false;
}

static long tls(const struct settings *s)
{
	const char *want = s->value[SMTP_TLS];
	if (!*want)
		want = this_host(s->value[SMTP_SERVER]) ? "none" : "required";
	return strcmp(want, "required") == 0 ? CURLUSESSL_ALL
	       : strcmp(want, "try") == 0    ? CURLUSESSL_TRY
					     : CURLUSESSL_NONE;
}

int mail_prepare(struct transfer *x, const struct job *j, const struct settings *s,
		 const char *install, struct sent_result *r)
{
	memset(x, 0, sizeof(*x));
	x->mail = true;
	x->list = recipients(action_param(&j->action, "to"), r);
	if (!x->list)
		return -1;
	x->curl = request_new("smtp,smtps", x->error);
	mail_text(j, s, install, &x->text);
	if (!x->curl || x->text.oom) {
		*r = sent(SENT_LATER, "out of memory");
		transfer_fini(x);
		return -1;
	}
	CURL *c = x->curl;
	curl_easy_setopt(c, CURLOPT_URL, s->value[SMTP_SERVER]);
	curl_easy_setopt(c, CURLOPT_USE_SSL, tls(s));
	if (s->value[SMTP_CA][0])
		curl_easy_setopt(c, CURLOPT_CAINFO, s->value[SMTP_CA]);
	if (s->value[SMTP_USER][0]) {
		curl_easy_setopt(c, CURLOPT_USERNAME, s->value[SMTP_USER]);
		curl_easy_setopt(c, CURLOPT_PASSWORD, s->value[SMTP_PASSWORD]);
	}
	curl_easy_setopt(c, CURLOPT_MAIL_FROM, s->value[SMTP_FROM]);
	curl_easy_setopt(c, CURLOPT_MAIL_RCPT, x->list);
	curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
	curl_easy_setopt(c, CURLOPT_READDATA, x);
	curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)ANSWER_S);
	curl_easy_setopt(c, CURLOPT_FORBID_REUSE,
			 1L); /* one that is kept is said QUIT to at any time */
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)SEND_CONNECT_S);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)WHOLE_S);
	return 0;
}

/* A server's 5xx is its last word, unless it is about us and our settings: those can be mended. */
struct sent_result mail_result(struct transfer *x, CURLcode code)
{
	long answer = 0;
	curl_easy_getinfo(x->curl, CURLINFO_RESPONSE_CODE, &answer);
	if (code == CURLE_OK)
		return sent(SENT_OK, "%s", "");
	const char *why = x->error[0] ? x->error : curl_easy_strerror(code);
	bool ours = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED || answer == 530 ||
		    answer == 535 || answer == 538 || answer == 534;
	bool final = answer >= 500 && answer < 600 && !ours;
	if (answer)
		return sent(final ? SENT_NEVER : SENT_LATER, "%s (the server said %ld)", why,
			    answer);
	return sent(SENT_LATER, "%s", why);
}

void transfer_fini(struct transfer *x)
{
	curl_easy_cleanup(x->curl);
	curl_slist_free_all(x->list);
	buf_fini(&x->text);
	buf_fini(&x->answer);
	memset(x, 0, sizeof(*x));
}
