/*
 * alert_drive.c - the alerts of analyticsd on seconds that a test makes up
 *
 * usage: alert-drive DATABASE SETTINGS
 *
 * Commands are lines of stdin; each is answered by lines and a last line "ok" or "error: TEXT":
 *	put FIELD=VALUE<tab>FIELD=VALUE..     a threshold (id=N replaces one) -> its id
 *	second NUMBER [DATASET KIND CELL..]   KIND: value N, keys K=N.., or dist BUCKET=N..; then "lost" if events were
 *	delete ID, try ID, get ID, status ID, ack ALERT WHO COMMENT
 *	alerts, deliveries, counts
 * Dataset actions are printed as lines "did VERB NAME SCOPE" when they happen; the dataset "none" there is not.
 */
#include "analytics/alert/alert.h"
#include "analytics/alert/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int do_dataset(void *ctx, const char *verb, const char *name, const char *scope,
		      struct err *e)
{
	(void)ctx;
	if (strcmp(name, "none") == 0)
		return err_set(e, ENOENT, "there is no dataset none");
	printf("did %s %s %s\n", verb, name, scope ? scope : "-");
	fflush(stdout);
	return 0;
}

static int watch(void *ctx, const char *name, const char *scope, struct alerts_dataset *out,
		 struct err *e)
{
	(void)ctx;
	(void)scope;
	if (strcmp(name, "none") == 0)
		return err_set(e, ENOENT, "dataset: there is no statistic none");
	snprintf(out->name, sizeof(out->name), "%s", name);
	strcpy(out->unit, "ops/s");
	strcpy(out->value_unit, "ns");
	return 0;
}

static int put(struct alerts *a, char *line, struct err *e)
{
	struct threshold t;
	threshold_init(&t);
	for (char *p = strtok(line, "\t"); p; p = strtok(NULL, "\t")) {
		char *value = strchr(p, '=');
		if (!value)
			return err_set(e, EINVAL, "FIELD=VALUE is wanted");
		*value++ = 0;
		if (strcmp(p, "id") == 0)
			t.id = atoll(value);
		else if (strcmp(p, "scope") == 0)
			snprintf(t.scope, sizeof(t.scope), "%s", value);
		else if (threshold_set(&t, p, value, e) < 0)
			return -1;
	}
	if (alerts_put(a, NULL, &t, e) < 0)
		return -1;
	printf("%lld\n", (long long)t.id);
	return 0;
}

/* One dataset at most. */
static void second(struct alerts *a, char *line)
{
	static const struct scheme scheme = {SCHEME_LLINEAR, 3, 11, 0, 10, 10};
	struct frame_cell cells[64];
	const char *keys[64] = {0};
	struct frame f = {.cells = cells};
	struct hub_second s = {.scale = 1, .scheme = &scheme, .frame = &f, .keys = keys};
	int64_t number = atoll(strtok(line, " "));
	s.name = strtok(NULL, " ");
	const char *kind = s.name ? strtok(NULL, " ") : NULL;
	for (char *p; kind && (p = strtok(NULL, " ")) && f.ncells < 64;) {
		char *value = strchr(p, '=');
		if (strcmp(p, "lost") == 0) {
			f.lost = 1;
			continue;
		}
		if (value)
			*value++ = 0;
		struct frame_cell *c = &cells[f.ncells];
		*c = (struct frame_cell){FRAME_NO_KEY, FRAME_SCALAR, atoll(value ? value : p)};
		keys[f.ncells++] = strcmp(kind, "keys") == 0 ? p : "";
		if (strcmp(kind, "keys") == 0)
			c->key = FRAME_FIRST_KEY + f.ncells;
		else if (value)
			c->bucket = (int32_t)scheme_bucket(&scheme, atoll(p));
	}
	s.kind = kind && strcmp(kind, "keys") == 0   ? METRIC_KEYED
		 : kind && strcmp(kind, "dist") == 0 ? METRIC_DIST
						     : METRIC_SCALAR;
	f.second = number;
	alerts_second(a, number, &s, kind != NULL);
}

static int show_alerts(struct alerts *a, struct err *e)
{
	size_t n;
	struct alert *all = alerts_log(a, NULL, &(struct alerts_filter){0}, &n, e);
	for (size_t i = 0; all && i < n; i++)
		printf("alert "
		       "%lld\tthreshold=%lld\tkey=%s\tposted=%lld\tcleared=%lld\treposts=%u\tvalue="
		       "%g\tworst=%g\tabsent=%d\tquietly=%d\tby=%s\ttext=%s\n",
		       (long long)all[i].id, (long long)all[i].threshold, all[i].key,
		       (long long)all[i].posted, (long long)all[i].cleared, all[i].reposts,
		       all[i].value, all[i].worst, all[i].absent, all[i].quietly,
		       all[i].acknowledged_by, all[i].text);
	free(all);
	return all ? 0 : -1;
}

static int show_deliveries(struct alerts *a, struct err *e)
{
	size_t n;
	struct delivery *all = alerts_deliveries(a, NULL, 0, 0, &n, e);
	for (size_t i = 0; all && i < n; i++)
		printf("delivery "
		       "%lld\talert=%lld\tevent=%d\tstate=%s\tattempts=%u\taction=%s\terror=%"
		       "s\toutput=%s\n",
		       (long long)all[i].id, (long long)all[i].alert, (int)all[i].event,
		       delivery_state_name(all[i].state), all[i].attempts, all[i].action,
		       all[i].error, all[i].output);
	free(all);
	return all ? 0 : -1;
}

static int show_status(struct alerts *a, int64_t id, struct err *e)
{
	struct threshold_status s;
	if (alerts_status(a, id, &s) < 0)
		return err_set(e, ENOENT, "there is no threshold %lld", (long long)id);
	printf("%s known=%d value=%g key=%s active=%u error=%s\n", threshold_phase_name(s.phase),
	       s.known, s.value, s.key, s.active, s.error);
	return 0;
}

static int get(struct alerts *a, int64_t id, struct err *e)
{
	struct threshold t;
	BUF_AUTO text = {0};
	if (alerts_get(a, NULL, id, &t, e) < 0)
		return -1;
	threshold_write(&t, &text);
	fputs(buf_str(&text), stdout);
	return 0;
}

static int command(struct alerts *a, char *line, struct err *e)
{
	char *rest = strchr(line, ' ');
	if (rest)
		*rest++ = 0;
	if (strcmp(line, "put") == 0)
		return put(a, rest, e);
	if (strcmp(line, "second") == 0)
		return second(a, rest), 0;
	if (strcmp(line, "delete") == 0)
		return alerts_delete(a, NULL, atoll(rest), e);
	if (strcmp(line, "try") == 0)
		return alerts_try(a, NULL, atoll(rest), e);
	if (strcmp(line, "get") == 0)
		return get(a, atoll(rest), e);
	if (strcmp(line, "status") == 0)
		return show_status(a, atoll(rest), e);
	if (strcmp(line, "alerts") == 0)
		return show_alerts(a, e);
	if (strcmp(line, "deliveries") == 0)
		return show_deliveries(a, e);
	if (strcmp(line, "ack") == 0) {
		int64_t id = atoll(strtok(rest, " "));
		const char *who = strtok(NULL, " "), *comment = strtok(NULL, "");
		return alerts_acknowledge(a, NULL, id, who, comment, e);
	}
	return err_set(e, EINVAL, "what is '%s'?", line);
}

int main(int argc, char **argv)
{
	struct err e = {0};
	struct alerts_env env = {.dataset = do_dataset, .watch = watch, .retry_s = 1};
	char *line = NULL;
	size_t room = 0;
	if (argc != 3)
		return 2;
	struct alerts *a = alerts_open(argv[1], argv[2], &env, &e);
	if (!a) {
		printf("error: %s\n", e.text);
		return 1;
	}
	printf("ok\n");
	fflush(stdout);
	for (ssize_t n; (n = getline(&line, &room, stdin)) > 0; fflush(stdout)) {
		line[n - 1] = 0;
		e = (struct err){0};
		if (command(a, line, &e) < 0)
			printf("error: %s\n", e.text);
		else
			printf("ok\n");
	}
	free(line);
	alerts_close(a);
	return 0;
}
