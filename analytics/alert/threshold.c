/*
 * threshold.c - thresholds as text: the tables of fields and actions, reading, writing, checking
 *
 * In: text of people and of other programs, not to be trusted. Out: struct threshold whose every member is
 * in range, or an error that names the field. What is written is read back the same (fuzz_threshold).
 */
#include "analytics/alert/threshold.h"
#include "analytics/alert/amount.h"
#include "analytics/alert/zoneinfo.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TELLS = EVENT_POST | EVENT_REPOST | EVENT_CLEAR, DOES = EVENT_POST };

const struct action_kind action_kinds[] = {
    {"mail",
     {"to", "subject", "body"},
     1,
     0,
     TELLS,
     true,
     "sends mail; subject and body are templates"},
    {"trap",
     {"to", "version", "inform"},
     1,
     0,
     TELLS,
     false,
     "sends an SNMP notification to host[:port]; version 2c or 3; inform=yes asks for an answer"},
    {"webhook", {"url"}, 1, 0, TELLS, false, "POSTs a JSON object"},
    {"syslog",
     {"to", "facility"},
     0,
     0,
     TELLS,
     false,
     "writes to the system's log, or to udp:host:port, unix:path"},
    {"run",
     {"program", "arguments", "timeout"},
     1,
     0,
     DOES,
     false,
     "runs a program of the folder for actions, as an unprivileged user"},
    {"enable",
     {"dataset", "worksheet"},
     0,
     3,
     DOES,
     true,
     "makes the dataset where there is none, and resumes it"},
    {"disable",
     {"dataset", "worksheet"},
     0,
     3,
     DOES,
     true,
     "ends the collection: a dataset not saved goes"},
    {"suspend",
     {"dataset", "worksheet"},
     0,
     3,
     DOES,
     true,
     "stops the collection, keeps what was collected"},
    {"resume", {"dataset", "worksheet"}, 0, 3, DOES, true, "collects again"},
    {NULL}};

const struct threshold_field threshold_fields[] = {
    {"name", FIELD_TEXT, NULL, NULL, "what people call it"},
    {"enabled", FIELD_BOOL, "yes", NULL, "whether it is watched"},
    {"severity", FIELD_CHOICE, "major", "minor|major|critical", "how bad it is"},
    {"note", FIELD_TEXT, "", NULL, "what to do about it; goes out with the alert"},
    {"dataset", FIELD_TEXT, NULL, NULL, "what is measured"},
    {"key", FIELD_TEXT, "", NULL, "of which key; * for every key by itself"},
    {"measure", FIELD_CHOICE, "value", "value|percentile|share|unusual", "what of it is compared"},
    {"percentile", FIELD_NUMBER, "99", NULL, "for measure percentile"},
    {"share_above", FIELD_NUMBER, "0", NULL,
     "for measure share: the value above which events count"},
    {"type", FIELD_CHOICE, "exceeds", "exceeds|below", "on which side of the limit it is bad"},
    {"limit", FIELD_NUMBER, NULL, NULL, "the limit"},
    {"clear", FIELD_NUMBER, "", NULL, "the value at which it is good again; not given: the limit"},
    {"of", FIELD_TEXT, "1/1", NULL, "m/n: bad when m of the last n seconds were"},
    {"minpost", FIELD_SECONDS, "300", NULL, "how long it must be bad"},
    {"minclear", FIELD_SECONDS, "300", NULL, "how long it must be good"},
    {"tell_clear", FIELD_BOOL, "yes", NULL, "whether actions are taken when it is over"},
    {"repost", FIELD_SECONDS, "300", NULL, "how often it is said again; off: once"},
    {"absent", FIELD_SECONDS, "0", NULL, "how long no data are an alert; off: never"},
    {"quiet", FIELD_CHOICE, "hold", "hold|clear",
     "what a second without events means for percentile and share"},
    {"window_start", FIELD_TEXT, "", NULL, "hh:mm from which it may be posted"},
    {"window_end", FIELD_TEXT, "", NULL, "hh:mm until which it may be posted"},
    {"days", FIELD_TEXT, "all", NULL, "all, weekdays, weekends, or mon,tue,..."},
    {"timezone", FIELD_TEXT, "UTC", NULL, "of hours and days, as Europe/Berlin"},
    {"action", FIELD_ACTIONS, "", NULL, "what to do"},
    {NULL}};

static const char *const severities[] = {"minor", "major", "critical", NULL};
static const char *const measures[] = {"value", "percentile", "share", "unusual", NULL};
static const char *const types[] = {"exceeds", "below", NULL};
static const char *const quiets[] = {"hold", "clear", NULL};
static const char *const day_names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat", NULL};
static const struct {
	unsigned bit;
	const char *name;
} events[] = {{EVENT_POST, "post"}, {EVENT_REPOST, "repost"}, {EVENT_CLEAR, "clear"}};

enum { ALL_DAYS = 0x7f, WEEKDAYS = 0x3e, WEEKENDS = 0x41 };

void threshold_init(struct threshold *t)
{
	memset(t, 0, sizeof(*t));
	t->enabled = t->tell_clear = true;
	t->severity = SEVERITY_MAJOR;
	t->percentile = 99;
	t->of_m = t->of_n = 1;
	t->minpost_s = t->minclear_s = t->repost_s = 300;
	t->start_min = t->end_min = -1;
	t->days = ALL_DAYS;
	strcpy(t->timezone, "UTC");
}

static int pick(const char *const *names, const char *value)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], value) == 0)
			return i;
	return -1;
}

/* Text that may be stored, mailed and shown: one line of UTF-8. */
static int set_text(char *to, size_t size, const char *field, const char *value, struct err *e)
{
	size_t n = strlen(value);
	if (n >= size)
		return err_set(e, E2BIG, "%s: at most %zu bytes, these are %zu", field, size - 1,
			       n);
	if (!amount_one_line(value))
		return err_set(e, EINVAL, "%s: one line of UTF-8 text is wanted", field);
	memmove(to, value, n);
	memset(to + n, 0, size - n); /* the same text is the same bytes */
	return 0;
}

static int set_number(double *to, const char *field, const char *value, struct err *e)
{
	double v;
	if (amount_parse(value, &v) < 0)
		return err_set(e, EINVAL,
			       "%s: '%s' is not a number (12, 1.5, 64k, 1Gi, 100ms, 5%%)", field,
			       value);
	*to = v;
	return 0;
}

static int set_seconds(int64_t *to, const char *field, const char *value, struct err *e)
{
	int64_t v;
	if (amount_seconds(value, &v) < 0 || v > THRESHOLD_SECONDS_MAX)
		return err_set(e, EINVAL,
			       "%s: '%s' is not a time of at most 7d (300, 90s, 5m, 2h, off)",
			       field, value);
	*to = v;
	return 0;
}

static int set_bool(bool *to, const char *field, const char *value, struct err *e)
{
	static const char *const words[] = {"no", "yes", "false", "true", "off",
					    "on", "0",	 "1",	  NULL};
	int i = pick(words, value);
	if (i < 0)
		return err_set(e, EINVAL, "%s: '%s' is neither yes nor no", field, value);
	*to = i & 1;
	return 0;
}

static int set_choice(const char *const *names, const char *field, const char *value, struct err *e)
{
	int i = pick(names, value);
	if (i >= 0)
		return i;
	BUF_AUTO all = {0};
	for (int k = 0; names[k]; k++)
		buf_printf(&all, "%s%s", k ? ", " : "", names[k]);
	return err_set(e, EINVAL, "%s: '%s' is none of %s", field, value, buf_str(&all));
}

static int set_of(struct threshold *t, const char *value, struct err *e)
{
	unsigned m, n;
	int end = 0;
	if (sscanf(value, "%2u/%2u%n", &m, &n, &end) != 2 || value[end] || m < 1 || n < m ||
	    n > THRESHOLD_N_MAX)
		return err_set(e, EINVAL, "of: '%s' is not m/n with 1 <= m <= n <= %d", value,
			       THRESHOLD_N_MAX);
	t->of_m = m;
	t->of_n = n;
	return 0;
}

static int set_clock(int *to, const char *field, const char *value, struct err *e)
{
	unsigned h, m;
	int end = 0;
	if (!*value) {
		*to = -1;
		return 0;
	}
	if (strspn(value, "0123456789:") != strlen(value) ||
	    sscanf(value, "%2u:%2u%n", &h, &m, &end) != 2 || value[end] || m > 59 ||
	    h * 60 + m > 24 * 60)
		return err_set(e, EINVAL, "%s: '%s' is not a time of the day, 00:00 to 24:00",
			       field, value);
	*to = (int)(h * 60 + m);
	return 0;
}

static int set_days(struct threshold *t, const char *value, struct err *e)
{
	static const char *const sets[] = {"all", "weekdays", "weekends", NULL};
	static const unsigned bits[] = {ALL_DAYS, WEEKDAYS, WEEKENDS};
	int set = pick(sets, value);
	unsigned days = set >= 0 ? bits[set] : 0;
	for (const char *p = value; set < 0 && *p;) {
		char word[4] = {0};
		size_t n = strcspn(p, ",");
		if (n == 3)
			memcpy(word, p, 3);
		int day = pick(day_names, word);
		if (day < 0)
			return err_set(e, EINVAL,
				       "days: '%s' is not all, weekdays, weekends, or some of "
				       "mon,tue,wed,thu,fri,sat,sun",
				       value);
		days |= 1u << day;
		p += n + (p[n] == ',');
	}
	if (!days)
		return err_set(e, EINVAL, "days: none are named");
	t->days = days;
	return 0;
}

static int set_clear(struct threshold *t, const char *value, struct err *e)
{
	if (*value && set_number(&t->clear, "clear", value, e) < 0)
		return -1;
	t->has_clear = *value != 0;
	if (!t->has_clear)
		t->clear = 0;
	return 0;
}

static int set_limit(struct threshold *t, const char *value, struct err *e)
{
	if (set_number(&t->limit, "limit", value, e) < 0)
		return -1;
	t->has_limit = true;
	return 0;
}

static int set_timezone(struct threshold *t, const char *value, struct err *e)
{
	if (!zoneinfo_exists(value))
		return err_set(e, EINVAL,
			       "timezone: there is no '%s' here (as UTC, Europe/Berlin; see "
			       "/usr/share/zoneinfo)",
			       value);
	return set_text(t->timezone, sizeof(t->timezone), "timezone", value, e);
}

static int set_action(struct threshold *t, const char *line, struct err *e);

int threshold_set(struct threshold *t, const char *f, const char *v, struct err *e)
{
	int n;
#define IS(name) (strcmp(f, name) == 0)
#define CHOICE(member, names)                                                                      \
	((n = set_choice(names, f, v, e)) < 0 ? -1 : (t->member = (unsigned)n, 0))
	if (IS("name"))
		return set_text(t->name, sizeof(t->name), f, v, e);
	if (IS("dataset"))
		return set_text(t->dataset, sizeof(t->dataset), f, v, e);
	if (IS("key"))
		return set_text(t->key, sizeof(t->key), f, v, e);
	if (IS("note"))
		return set_text(t->note, sizeof(t->note), f, v, e);
	if (IS("enabled"))
		return set_bool(&t->enabled, f, v, e);
	if (IS("tell_clear"))
		return set_bool(&t->tell_clear, f, v, e);
	if (IS("severity"))
		return CHOICE(severity, severities);
	if (IS("measure"))
		return CHOICE(measure, measures);
	if (IS("type"))
		return CHOICE(type, types);
	if (IS("quiet"))
		return CHOICE(quiet, quiets);
	if (IS("percentile"))
		return set_number(&t->percentile, f, v, e);
	if (IS("share_above"))
		return set_number(&t->share_above, f, v, e);
	if (IS("limit"))
		return set_limit(t, v, e);
	if (IS("clear"))
		return set_clear(t, v, e);
	if (IS("of"))
		return set_of(t, v, e);
	if (IS("minpost"))
		return set_seconds(&t->minpost_s, f, v, e);
	if (IS("minclear"))
		return set_seconds(&t->minclear_s, f, v, e);
	if (IS("repost"))
		return set_seconds(&t->repost_s, f, v, e);
	if (IS("absent"))
		return set_seconds(&t->absent_s, f, v, e);
	if (IS("window_start"))
		return set_clock(&t->start_min, f, v, e);
	if (IS("window_end"))
		return set_clock(&t->end_min, f, v, e);
	if (IS("days"))
		return set_days(t, v, e);
	if (IS("timezone"))
		return set_timezone(t, v, e);
	if (IS("action"))
		return set_action(t, v, e);
#undef CHOICE
	return err_set(e, EINVAL, "a threshold has no field '%s'", f);
}

static void put_days(unsigned days, struct buf *out)
{
	if (days == ALL_DAYS || days == WEEKDAYS || days == WEEKENDS) {
		buf_puts(out, days == ALL_DAYS	 ? "all"
			      : days == WEEKDAYS ? "weekdays"
						 : "weekends");
		return;
	}
	const char *comma = "";
	for (int i = 1; i <= 7; i++) {
		if (!(days >> i % 7 & 1))
			continue;
		buf_printf(out, "%s%s", comma, day_names[i % 7]);
		comma = ",";
	}
}

static void put_clock(int min, struct buf *out)
{
	if (min >= 0)
		buf_printf(out, "%02d:%02d", min / 60, min % 60);
}

int threshold_get(const struct threshold *t, const char *f, struct buf *out)
{
	if (IS("name"))
		buf_puts(out, t->name);
	else if (IS("dataset"))
		buf_puts(out, t->dataset);
	else if (IS("key"))
		buf_puts(out, t->key);
	else if (IS("note"))
		buf_puts(out, t->note);
	else if (IS("enabled"))
		buf_puts(out, t->enabled ? "yes" : "no");
	else if (IS("tell_clear"))
		buf_puts(out, t->tell_clear ? "yes" : "no");
	else if (IS("severity"))
		buf_puts(out, severities[t->severity]);
	else if (IS("measure"))
		buf_puts(out, measures[t->measure]);
	else if (IS("type"))
		buf_puts(out, types[t->type]);
	else if (IS("quiet"))
		buf_puts(out, quiets[t->quiet]);
	else if (IS("percentile"))
		amount_write(t->percentile, out);
	else if (IS("share_above"))
		amount_write(t->share_above, out);
	else if (IS("limit")) {
		if (t->has_limit)
			amount_write(t->limit, out);
	} else if (IS("clear")) {
		if (t->has_clear)
			amount_write(t->clear, out);
	} else if (IS("of"))
		buf_printf(out, "%u/%u", t->of_m, t->of_n);
	else if (IS("minpost"))
		buf_printf(out, "%lld", (long long)t->minpost_s);
	else if (IS("minclear"))
		buf_printf(out, "%lld", (long long)t->minclear_s);
	else if (IS("repost"))
		buf_printf(out, "%lld", (long long)t->repost_s);
	else if (IS("absent"))
		buf_printf(out, "%lld", (long long)t->absent_s);
	else if (IS("window_start"))
		put_clock(t->start_min, out);
	else if (IS("window_end"))
		put_clock(t->end_min, out);
	else if (IS("days"))
		put_days(t->days, out);
	else if (IS("timezone"))
		buf_puts(out, t->timezone);
	else
		return IS("action") ? 0 : -1;
	return 0;
}
#undef IS

/* ---- actions ---- */

int threshold_add_action(struct threshold *t, const char *kind, struct err *e)
{
	if (t->nactions == THRESHOLD_ACTIONS)
		return err_set(e, E2BIG, "action: a threshold has at most %d", THRESHOLD_ACTIONS);
	for (const struct action_kind *k = action_kinds; k->name; k++) {
		if (strcmp(k->name, kind) != 0)
			continue;
		struct threshold_action *x = &t->action[t->nactions];
		memset(x, 0, sizeof(*x));
		x->kind = k;
		x->on = k->on;
		return (int)t->nactions++;
	}
	return err_set(e, EINVAL,
		       "action: there is no '%s' (mail, trap, webhook, syslog, run, enable, "
		       "disable, suspend, resume)",
		       kind);
}

static int set_on(struct threshold_action *x, const char *value, struct err *e)
{
	unsigned on = 0;
	for (const char *p = value; *p;) {
		size_t n = strcspn(p, ","), i = 0;
		while (i < 3 && (strlen(events[i].name) != n || strncmp(p, events[i].name, n) != 0))
			i++;
		if (i == 3)
			return err_set(e, EINVAL, "%s: on: '%s' is not some of post,repost,clear",
				       x->kind->name, value);
		on |= events[i].bit;
		p += n + (p[n] == ',');
	}
	if (!on)
		return err_set(e, EINVAL, "%s: on: post, repost or clear is wanted", x->kind->name);
	x->on = on;
	return 0;
}

int threshold_set_param(struct threshold *t, int action, const char *param, const char *value,
			struct err *e)
{
	if (action < 0 || (unsigned)action >= t->nactions)
		return err_set(e, EINVAL, "there is no action %d", action);
	struct threshold_action *x = &t->action[action];
	if (strcmp(param, "on") == 0)
		return set_on(x, value, e);
	for (int i = 0; i < ACTION_PARAMS && x->kind->params[i]; i++)
		if (strcmp(x->kind->params[i], param) == 0)
			return set_text(x->param[i], ACTION_TEXT, param, value, e);
	return err_set(e, EINVAL, "%s: has no '%s'", x->kind->name, param);
}

const char *action_param(const struct threshold_action *x, const char *param)
{
	for (int i = 0; i < ACTION_PARAMS && x->kind->params[i]; i++)
		if (strcmp(x->kind->params[i], param) == 0)
			return x->param[i][0] ? x->param[i] : NULL;
	return NULL;
}

void event_names(unsigned on, struct buf *out)
{
	const char *comma = "";
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (!(on & events[i].bit))
			continue;
		buf_printf(out, "%s%s", comma, events[i].name);
		comma = ",";
	}
}

void threshold_action_write(const struct threshold_action *x, struct buf *out)
{
	buf_puts(out, x->kind->name);
	for (int i = 0; i < ACTION_PARAMS && x->kind->params[i]; i++) {
		if (!x->param[i][0])
			continue;
		buf_printf(out, " %s=", x->kind->params[i]);
		amount_quote(x->param[i], out);
	}
	if (x->on != x->kind->on) {
		buf_puts(out, " on=");
		event_names(x->on, out);
	}
}

/* "kind name=value name="value" ..." */
static int set_action(struct threshold *t, const char *line, struct err *e)
{
	char word[ACTION_TEXT + 32];
	const char *p = line;
	unsigned before = t->nactions;
	int i = -1, got;
	while ((got = amount_word(&p, word, sizeof(word))) > 0) {
		char *value = strchr(word, '=');
		if (i < 0) {
			if ((i = threshold_add_action(t, word, e)) < 0)
				return -1;
			continue;
		}
		if (!value) {
			err_set(e, EINVAL, "action: '%s' is not name=value", word);
			got = -1;
			break;
		}
		*value++ = 0;
		if (threshold_set_param(t, i, word, value, e) < 0) {
			t->nactions = before;
			return -1;
		}
	}
	if (got == 0 && i >= 0)
		return 0;
	t->nactions = before;
	if (i < 0 && got == 0)
		return err_set(e, EINVAL, "action: empty");
	return e->code
		   ? -1
		   : err_set(e, EINVAL, "action: a word is too long, or its quotes are not closed");
}

/* ---- the whole ---- */

static int check_action(const struct threshold *t, const struct threshold_action *x, struct err *e)
{
	unsigned given = 0;
	const char *v;
	int64_t s;
	for (unsigned i = 0; i < ACTION_PARAMS && x->kind->params[i]; i++) {
		given |= x->param[i][0] ? 1u << i : 0;
		if (x->kind->required >> i & 1 && !(given >> i & 1))
			return err_set(e, EINVAL, "%s: %s is missing", x->kind->name,
				       x->kind->params[i]);
	}
	if (x->kind->one_of && __builtin_popcount(given & x->kind->one_of) != 1)
		return err_set(e, EINVAL, "%s: a dataset or a worksheet is wanted", x->kind->name);
	if ((v = action_param(x, "dataset")) && strcmp(v, ACTION_KEY) == 0 &&
	    (!t->key[0] || strcmp(x->kind->name, "enable") == 0))
		return err_set(e, EINVAL,
			       "%s: dataset=" ACTION_KEY
			       " is what a threshold on keys suspends, resumes or disables",
			       x->kind->name);
	if (t->scope[0] && !x->kind->tenant)
		return err_set(e, EPERM, "%s: this action is the operator's", x->kind->name);
	if ((v = action_param(x, "version")) && strcmp(v, "2c") != 0 && strcmp(v, "3") != 0)
		return err_set(e, EINVAL, "%s: version: '%s' is neither 2c nor 3", x->kind->name,
			       v);
	if ((v = action_param(x, "inform")) && strcmp(v, "yes") != 0 && strcmp(v, "no") != 0)
		return err_set(e, EINVAL, "%s: inform: '%s' is neither yes nor no", x->kind->name,
			       v);
	if ((v = action_param(x, "timeout")) && (amount_seconds(v, &s) < 0 || s < 1 || s > 3600))
		return err_set(e, EINVAL, "%s: timeout: '%s' is not a time of at most 1h",
			       x->kind->name, v);
	if ((v = action_param(x, "url")) && strncmp(v, "http://", 7) != 0 &&
	    strncmp(v, "https://", 8) != 0)
		return err_set(e, EINVAL, "%s: url: '%s' is neither http:// nor https://",
			       x->kind->name, v);
	if ((v = action_param(x, "program")) && (strchr(v, '/') || v[0] == '.'))
		return err_set(
		    e, EINVAL,
		    "%s: program: a name in the folder for actions, without '/', is wanted",
		    x->kind->name);
	return 0;
}

static int check_numbers(const struct threshold *t, struct err *e)
{
	if (!(t->percentile > 0 && t->percentile <= 100))
		return err_set(e, EINVAL, "percentile: must be above 0 and at most 100");
	if (t->measure == MEASURE_SHARE && !(t->limit >= 0 && t->limit <= 100))
		return err_set(e, EINVAL, "limit: a share is 0 to 100 per cent");
	if (t->measure == MEASURE_UNUSUAL && (t->type != TYPE_EXCEEDS || t->limit < 0))
		return err_set(
		    e, EINVAL,
		    "type, limit: what is unusual exceeds a number of spreads from 0 on");
	if (t->has_clear && t->type == TYPE_EXCEEDS && t->clear > t->limit)
		return err_set(e, EINVAL, "clear: must not be above the limit that is exceeded");
	if (t->has_clear && t->type == TYPE_BELOW && t->clear < t->limit)
		return err_set(e, EINVAL, "clear: must not be below the limit that it falls below");
	return 0;
}

int threshold_check(const struct threshold *t, struct err *e)
{
	if (!t->name[0])
		return err_set(e, EINVAL, "name: is missing");
	if (!t->dataset[0])
		return err_set(e, EINVAL, "dataset: is missing");
	if (!t->has_limit)
		return err_set(e, EINVAL, "limit: is missing");
	if (check_numbers(t, e) < 0)
		return -1;
	if ((t->start_min < 0) != (t->end_min < 0) ||
	    (t->start_min >= 0 && t->start_min == t->end_min))
		return err_set(e, EINVAL,
			       "window_start, window_end: both or neither, and not the same");
	for (unsigned i = 0; i < t->nactions; i++)
		if (check_action(t, &t->action[i], e) < 0)
			return -1;
	return 0;
}

int threshold_read(struct threshold *t, const char *text, struct err *e)
{
	int line = 0;
	threshold_init(t);
	for (const char *p = text; *p; line++) {
		size_t n = strcspn(p, "\n");
		char *copy = strndup(p, n), *colon = copy ? strstr(copy, ":") : NULL;
		int bad = 0;
		if (!copy)
			return err_set(e, ENOMEM, "out of memory");
		if (n && *copy != '#') {
			if (!colon) {
				bad = err_set(e, EINVAL, "'%.40s' is not \"field: value\"", copy);
			} else {
				*colon++ = 0;
				colon += *colon == ' ';
				bad = threshold_set(t, copy, colon, e);
			}
		}
		free(copy);
		if (bad < 0)
			return err_wrap(e, "line %d", line + 1);
		p += n + (p[n] == '\n');
	}
	return threshold_check(t, e);
}

void threshold_write(const struct threshold *t, struct buf *out)
{
	for (const struct threshold_field *f = threshold_fields; f->name; f++) {
		BUF_AUTO value = {0};
		threshold_get(t, f->name, &value);
		if (f->type != FIELD_ACTIONS &&
		    (!f->fallback || strcmp(f->fallback, buf_str(&value)) != 0))
			buf_printf(out, "%s: %s\n", f->name, buf_str(&value));
	}
	for (unsigned i = 0; i < t->nactions; i++) {
		buf_puts(out, "action: ");
		threshold_action_write(&t->action[i], out);
		buf_putc(out, '\n');
	}
}
