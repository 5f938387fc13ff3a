/*
 * template.c - texts of mails
 */
#include "analytics/alert/template.h"
#include "analytics/alert/amount.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WORD_MAX = 16 };

const char *event_title(enum alert_event event)
{
	switch (event) {
	case EVENT_POST:
		return "posted";
	case EVENT_REPOST:
		return "still lasts";
	case EVENT_CLEAR:
		return "cleared";
	case EVENT_TEST:
		return "test";
	}
	return "";
}

const char *severity_name(enum threshold_severity s)
{
	static const char *const names[] = {"minor", "major", "critical"};
	return names[s];
}

static void put_time(int64_t unix_s, struct buf *out)
{
	char text[40];
	struct tm tm;
	time_t t = (time_t)unix_s;
	if (gmtime_r(&t, &tm) && strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf_puts(out, text);
}

static void put_lasted(int64_t s, struct buf *out)
{
	if (s < 0)
		s = 0;
	if (s >= 86400)
		buf_printf(out, "%lld d ", (long long)(s / 86400));
	if (s >= 3600)
		buf_printf(out, "%lld h ", (long long)(s / 3600 % 24));
	if (s >= 60)
		buf_printf(out, "%lld min ", (long long)(s / 60 % 60));
	buf_printf(out, "%lld s", (long long)(s % 60));
}

bool template_word(const char *name, const struct job *j, struct buf *out)
{
	const struct alert *al = &j->alert;
	const char *text = !strcmp(name, "name")       ? al->name
			   : !strcmp(name, "severity") ? severity_name(al->severity)
			   : !strcmp(name, "event")    ? event_title(j->event)
			   : !strcmp(name, "text")     ? al->text
			   : !strcmp(name, "note")     ? al->note
			   : !strcmp(name, "dataset")  ? al->dataset
			   : !strcmp(name, "key")      ? al->key
			   : !strcmp(name, "unit")     ? al->unit
						       : NULL;
	char host[65] = "";
	if (text)
		buf_puts(out, text);
	else if (strcmp(name, "value") == 0)
		amount_human(j->value, al->unit, out);
	else if (strcmp(name, "worst") == 0)
		amount_human(al->worst, al->unit, out);
	else if (strcmp(name, "limit") == 0)
		amount_human(al->limit, al->unit, out);
	else if (strcmp(name, "began") == 0)
		put_time(al->began, out);
	else if (strcmp(name, "time") == 0)
		put_time(j->at, out);
	else if (strcmp(name, "lasted") == 0)
		put_lasted(j->at - al->began, out);
	else if (strcmp(name, "host") == 0)
		buf_puts(out, gethostname(host, sizeof(host) - 1) == 0 ? host : "localhost");
	else if (strcmp(name, "alert") == 0)
		buf_printf(out, "%lld", (long long)al->id);
	else if (strcmp(name, "reposts") == 0)
		buf_printf(out, "%u", al->reposts);
	else
		return false;
	return true;
}

/* What stands at p, and how long it is: '{' a word in braces (its name in word), 'n' the end of a line, 'b' a brace, 'x' a
 * brace that begins nothing, 'c' one character. */
static char next(const char *p, size_t *n, char *word)
{
	*n = 2;
	if (p[0] == '{' && p[1] == '{')
		return 'b';
	if (p[0] == '\\' && p[1] == 'n')
		return 'n';
	*n = 1;
	if (p[0] != '{')
		return 'c';
	size_t len = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz");
	if (!len || len >= WORD_MAX || p[1 + len] != '}')
		return 'x';
	memcpy(word, p + 1, len);
	word[len] = 0;
	*n = len + 2;
	return '{';
}

int template_check(const char *text, struct err *e)
{
	static const struct job none;
	char word[WORD_MAX];
	for (size_t n; *text; text += n) {
		char what = next(text, &n, word);
		BUF_AUTO out = {0};
		if (what == 'x')
			return err_set(e, EINVAL,
				       "a template's '{' begins a word in braces, as {name}; "
				       "\"{{\" is a brace");
		if (what == '{' && !template_word(word, &none, &out))
			return err_set(e, EINVAL,
				       "a template has no {%s} (name severity event text note "
				       "dataset key value worst limit unit "
				       "began time lasted host alert reposts)",
				       word);
	}
	return 0;
}

void template_expand(const char *text, const struct job *j, struct buf *out)
{
	char word[WORD_MAX];
	for (size_t n; *text; text += n) {
		switch (next(text, &n, word)) {
		case 'b':
			buf_putc(out, '{');
			break;
		case 'n':
			buf_putc(out, '\n');
			break;
		case '{':
			if (template_word(word, j, out))
				break;
			/* fall through */
		default:
			buf_add(out, text, n);
		}
	}
}
