/*
 * manage.c - glasshouse dataset, threshold, alert
 */
#include "cmd/glasshouse/glasshouse.h"

#include "analytics/alert/amount.h"
#include "analytics/alert/threshold.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void human(double v, const char *unit, char *out, size_t size)
{
	BUF_AUTO b = {0};
	if (!isnan(v))
		amount_human(v, unit, &b);
	snprintf(out, size, "%s", isnan(v) ? "-" : buf_str(&b));
}

/* ---- datasets ---- */

static int list_datasets(struct options *o)
{
	struct err e = {0};
	size_t i;
	json_t *d, *j;
	j = client_ask(o, "GET", "datasets", NULL, &e);
	if (!j)
		return complain(&e);
	if (o->json)
		return client_print(j);
	printf("%4s %-9s %-5s %9s %9s %9s %7s  %s\n", "ID", "STATE", "SAVED", "DISK", "EVENTS/S",
	       "NS/EVENT", "CPU", "NAME");
	json_array_foreach(json_object_get(j, "datasets"), i, d)
	{
		json_t *cost = json_object_get(d, "cost");
		char disk[32], events[32], each[32], cpu[32];
		human(number(json_object_get(d, "bytes"), "disk"), "bytes", disk, sizeof(disk));
		human(number(cost, "events_per_s"), "", events, sizeof(events));
		human(number(cost, "ns_per_event"), "", each, sizeof(each));
		double percent = number(cost, "cpu_percent");
		snprintf(cpu, sizeof(cpu), isnan(percent) ? "-" : "%.2f %%", percent);
		printf("%4.0f %-9s %-5s %9s %9s %9s %7s  %s\n", number(d, "id"), member(d, "state"),
		       json_is_true(json_object_get(d, "saved")) ? "yes" : "no", disk, events, each,
		       cpu, member(d, "name"));
		if (*member(d, "error"))
			printf("%*s%s\n", 61, "", member(d, "error"));
	}
	json_decref(j);
	return E_OK;
}

int cmd_dataset(int argc, char **argv, struct options *o)
{
	static const struct {
		const char *verb, *method, *member, *value;
	} changes[] = {{"suspend", "PATCH", "state", "suspended"},
		       {"resume", "PATCH", "state", "active"},
		       {"save", "PATCH", "saved", NULL},
		       {"destroy", "DELETE", NULL, NULL}};
	char path[4096];
	if (argc == 1 || strcmp(argv[1], "list") == 0)
		return list_datasets(o);
	if (argc != 3)
		return misused("dataset: a command and a name are wanted");
	if (strcmp(argv[1], "create") == 0)
		return client_once(o, "POST", "datasets", json_pack("{ss}", "name", argv[2]), true);
	client_path(path, sizeof(path), "datasets", argv[2], "");
	if (strcmp(argv[1], "show") == 0) {
		o->json = true;
		return client_once(o, "GET", path, NULL, true);
	}
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (strcmp(argv[1], changes[i].verb) != 0)
			continue;
		json_t *body = !changes[i].member ? NULL
			       : changes[i].value
				   ? json_pack("{ss}", changes[i].member, changes[i].value)
				   : json_pack("{sb}", changes[i].member, 1);
		return client_once(o, changes[i].method, path, body, true);
	}
	return misused("dataset: there is no command '%s' (list, create, show, suspend, resume, "
		       "save, destroy)",
		       argv[1]);
}

/* ---- thresholds ---- */

static int list_thresholds(struct options *o)
{
	struct err e = {0};
	size_t i;
	json_t *t, *j;
	j = client_ask(o, "GET", "thresholds", NULL, &e);
	if (!j)
		return complain(&e);
	if (o->json)
		return client_print(j);
	printf("%4s %-9s %-9s %12s %12s  %-24s %s\n", "ID", "PHASE", "SEVERITY", "VALUE", "LIMIT",
	       "NAME", "DATASET");
	json_array_foreach(json_object_get(j, "thresholds"), i, t)
	{
		json_t *s = json_object_get(t, "status");
		char value[32];
		human(number(s, "value"), "", value, sizeof(value));
		printf("%4.0f %-9s %-9s %12s %12s  %-24s %s\n", number(t, "id"), member(s, "phase"),
		       member(t, "severity"), value, member(t, "limit"), member(t, "name"),
		       member(t, "dataset"));
		if (*member(s, "error"))
			printf("%*s%s\n", 52, "", member(s, "error"));
	}
	json_decref(j);
	return E_OK;
}

/* A threshold as the API takes it. */
static json_t *to_json(const struct threshold *t)
{
	json_t *j = json_object(), *actions = json_array();
	for (const struct threshold_field *f = threshold_fields; f->name; f++) {
		BUF_AUTO text = {0};
		if (f->type == FIELD_ACTIONS)
			continue;
		threshold_get(t, f->name, &text);
		json_object_set_new(j, f->name, json_string(buf_str(&text)));
	}
	for (unsigned i = 0; i < t->nactions; i++) {
		const struct threshold_action *x = &t->action[i];
		json_t *a = json_pack("{ss}", "kind", x->kind->name);
		BUF_AUTO on = {0};
		event_names(x->on, &on);
		json_object_set_new(a, "on", json_string(buf_str(&on)));
		for (int k = 0; k < ACTION_PARAMS && x->kind->params[k]; k++)
			if (x->param[k][0])
				json_object_set_new(a, x->kind->params[k],
						    json_string(x->param[k]));
		json_array_append_new(actions, a);
	}
	json_object_set_new(j, "actions", actions);
	return j;
}

static int from_json(struct threshold *t, const json_t *j, struct err *e)
{
	size_t i;
	json_t *a, *v;
	const char *name;
	threshold_init(t);
	for (const struct threshold_field *f = threshold_fields; f->name; f++)
		if (f->type != FIELD_ACTIONS &&
		    threshold_set(t, f->name, member(j, f->name), e) < 0)
			return -1;
	json_array_foreach(json_object_get(j, "actions"), i, a)
	{
		int at = threshold_add_action(t, member(a, "kind"), e);
		if (at < 0)
			return -1;
		json_object_foreach(a, name, v)
		{
			if (strcmp(name, "kind") != 0 &&
			    threshold_set_param(t, at, name, member(a, name), e) < 0)
				return -1;
		}
	}
	return 0;
}

/* field=value .. of the command line; "action=" adds one, "action=none" takes all away. */
static int take_fields(struct threshold *t, char **words, int n, struct err *e)
{
	for (int i = 0; i < n; i++) {
		char *equals = strchr(words[i], '=');
		if (!equals)
			return err_set(e, EINVAL, "'%s' is not FIELD=VALUE", words[i]);
		*equals = 0;
		if (strcmp(words[i], "action") == 0 && strcmp(equals + 1, "none") == 0)
			t->nactions = 0;
		else if (threshold_set(t, words[i], equals + 1, e) < 0)
			return -1;
	}
	return 0;
}

static int read_file(struct threshold *t, const char *name, struct err *e)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	BUF_AUTO text = {0};
	char part[4096];
	if (!f)
		return err_sys(e, errno, "%s", name);
	for (size_t n; (n = fread(part, 1, sizeof(part), f)) > 0 && text.n < 1 << 20;)
		buf_add(&text, part, n);
	if (f != stdin)
		fclose(f);
	return threshold_read(t, buf_str(&text), e) < 0 ? err_wrap(e, "%s", name) : 0;
}

/* Names are what people remember: the id of one. */
static int find_threshold(struct client *c, const char *name, json_t **out, struct err *e)
{
	size_t i;
	json_t *t, *j = client_call(c, "GET", "thresholds", NULL, e);
	char *end;
	double id = strtod(name, &end);
	if (!j)
		return -1;
	json_array_foreach(json_object_get(j, "thresholds"), i, t)
	{
		if (strcmp(member(t, "name"), name) != 0 && (*end || number(t, "id") != id))
			continue;
		*out = json_incref(t);
		json_decref(j);
		return 0;
	}
	json_decref(j);
	return err_set(e, ENOENT, "there is no threshold '%s'", name);
}

static int put_threshold(struct client *c, const struct options *o, const struct threshold *t,
			 int64_t id, struct err *e)
{
	char path[64];
	if (threshold_check(t, e) < 0)
		return -1;
	snprintf(path, sizeof(path), id ? "thresholds/%" PRId64 : "thresholds", id);
	json_t *j = client_call(c, id ? "PUT" : "POST", path, to_json(t), e);
	if (!j)
		return -1;
	if (o->json)
		return client_print(j);
	if (!id)
		printf("%.0f\n", number(j, "id"));
	json_decref(j);
	return 0;
}

static int add_threshold(struct client *c, const struct options *o, int argc, char **argv,
			 struct err *e)
{
	struct threshold *t = malloc(sizeof(*t));
	threshold_init(t);
	int status = argc == 2 && strcmp(argv[0], "-f") == 0 ? read_file(t, argv[1], e)
							     : take_fields(t, argv, argc, e);
	if (status == 0)
		status = put_threshold(c, o, t, 0, e);
	free(t);
	return status;
}

static int set_threshold(struct client *c, const struct options *o, json_t *found, int argc,
			 char **argv, struct err *e)
{
	struct threshold *t = malloc(sizeof(*t));
	int status = from_json(t, found, e);
	if (status == 0)
		status = take_fields(t, argv, argc, e);
	if (status == 0)
		status = put_threshold(c, o, t, (int64_t)number(found, "id"), e);
	free(t);
	return status;
}

static int show_threshold(const struct options *o, json_t *found, struct err *e)
{
	if (o->json)
		return client_print(json_incref(found));
	struct threshold *t = malloc(sizeof(*t));
	BUF_AUTO text = {0};
	int status = from_json(t, found, e);
	if (status == 0)
		threshold_write(t, &text);
	fputs(buf_str(&text), stdout);
	free(t);
	return status;
}

static int on_threshold(struct client *c, const struct options *o, int argc, char **argv,
			struct err *e)
{
	json_t *found = NULL, *j = NULL;
	char path[64];
	if (find_threshold(c, argv[1], &found, e) < 0)
		return -1;
	int64_t id = (int64_t)number(found, "id");
	int status = 0;
	if (strcmp(argv[0], "show") == 0) {
		status = show_threshold(o, found, e);
	} else if (strcmp(argv[0], "set") == 0) {
		status = set_threshold(c, o, found, argc - 2, argv + 2, e);
	} else {
		bool test = strcmp(argv[0], "test") == 0;
		snprintf(path, sizeof(path), "thresholds/%" PRId64 "%s", id, test ? "/test" : "");
		j = client_call(c, test ? "POST" : "DELETE", path, NULL, e);
		status = j ? 0 : -1;
	}
	json_decref(found);
	json_decref(j);
	return status;
}

static int list_fields(void)
{
	puts("Fields (FIELD=VALUE; those without a default must be given):");
	for (const struct threshold_field *f = threshold_fields; f->name; f++)
		printf("  %-13s %-8s %s%s%s%s\n", f->name, f->fallback ? f->fallback : "", f->help,
		       f->choices ? " (" : "", f->choices ? f->choices : "", f->choices ? ")" : "");
	puts("Actions (action=\"KIND PARAMETER=VALUE .. on=post,repost,clear\"):");
	for (const struct action_kind *k = action_kinds; k->name; k++) {
		printf("  %-8s", k->name);
		for (int i = 0; i < ACTION_PARAMS && k->params[i]; i++)
			printf(" %s=", k->params[i]);
		printf("\n             %s\n", k->help);
	}
	return E_OK;
}

int cmd_threshold(int argc, char **argv, struct options *o)
{
	struct client c;
	struct err e = {0};
	int status;
	if (argc == 1 || strcmp(argv[1], "list") == 0)
		return list_thresholds(o);
	if (strcmp(argv[1], "fields") == 0)
		return list_fields();
	bool add = strcmp(argv[1], "add") == 0;
	if (!add && strcmp(argv[1], "show") != 0 && strcmp(argv[1], "set") != 0 &&
	    strcmp(argv[1], "delete") != 0 && strcmp(argv[1], "test") != 0)
		return misused("threshold: there is no command '%s' (list, fields, add, show, set, "
			       "delete, test)",
			       argv[1]);
	if (argc < 3)
		return misused("threshold %s: %s", argv[1],
			       add ? "FIELD=VALUE .. or -f FILE is wanted" : "a name is wanted");
	if (client_open(&c, o, &e) < 0)
		return complain(&e);
	if (add)
		status = add_threshold(&c, o, argc - 2, argv + 2, &e);
	else
		status = on_threshold(&c, o, argc - 1, argv + 1, &e);
	client_close(&c);
	return status < 0 ? complain(&e) : E_OK;
}

/* ---- alerts ---- */

static void print_alert(const json_t *a)
{
	printf("%5.0f ", number(a, "id"));
	print_time(number(a, "posted"));
	print_time(number(a, "cleared"));
	printf("%-8s %-3s  %s: %s\n", member(a, "severity"),
	       isnan(number(a, "acknowledged")) ? "" : "ack", member(a, "name"), member(a, "text"));
}

static bool follow_event(void *arg, const char *event, const char *data)
{
	const struct options *o = arg;
	if (strcmp(event, "alert") != 0)
		return true;
	json_t *a = json_loads(data, 0, NULL);
	if (o->json)
		puts(data);
	else if (a)
		print_alert(a);
	fflush(stdout);
	json_decref(a);
	return true;
}

static int list_alerts(struct options *o, bool lasting, bool follow)
{
	struct client c;
	struct err e = {0};
	json_t *j;
	if (client_open(&c, o, &e) < 0)
		return complain(&e);
	j = client_call(&c, "GET", lasting ? "alerts?lasting=true" : "alerts", NULL, &e);
	if (j && o->json && !follow) {
		client_close(&c);
		return client_print(j);
	}
	json_t *all = json_object_get(j, "alerts");
	if (j && !o->json) {
		printf("%5s %-19s %-19s %-8s %-3s  %s\n", "ID", "POSTED", "CLEARED", "SEVERITY", "",
		       "ALERT");
		for (size_t i = json_array_size(all); i > 0; i--)
			print_alert(json_array_get(all, i - 1));
	}
	fflush(stdout);
	if (j && follow)
		client_stream(&c, "live", follow_event, o, &e);
	json_decref(j);
	client_close(&c);
	return e.code ? complain(&e) : E_OK;
}

static int list_deliveries(struct options *o, const char *id)
{
	struct err e = {0};
	size_t i;
	char path[256];
	json_t *d, *j;
	client_path(path, sizeof(path), "alerts", id, "/deliveries");
	j = client_ask(o, "GET", path, NULL, &e);
	if (!j)
		return complain(&e);
	if (o->json)
		return client_print(j);
	printf("%5s %-7s %-8s %5s  %s\n", "ID", "EVENT", "STATE", "TRIES", "ACTION");
	json_array_foreach(json_object_get(j, "deliveries"), i, d)
	{
		printf("%5.0f %-7s %-8s %5.0f  %s\n", number(d, "id"), member(d, "event"),
		       member(d, "state"), number(d, "attempts"), member(d, "action"));
		if (*member(d, "error"))
			printf("%31s%s\n", "", member(d, "error"));
	}
	json_decref(j);
	return E_OK;
}

int cmd_alert(int argc, char **argv, struct options *o)
{
	const char *verb = argc > 1 ? argv[1] : "list";
	char path[256];
	if (strcmp(verb, "list") == 0 || strcmp(verb, "follow") == 0) {
		if (argc > 3 || (argc == 3 && strcmp(argv[2], "--lasting") != 0))
			return misused("alert %s: only --lasting may follow", verb);
		return list_alerts(o, argc == 3, verb[0] == 'f');
	}
	if (argc < 3)
		return misused("alert %s: the number of an alert is wanted", verb);
	if (strcmp(verb, "deliveries") == 0)
		return list_deliveries(o, argv[2]);
	if (strcmp(verb, "acknowledge") == 0 || strcmp(verb, "ack") == 0) {
		client_path(path, sizeof(path), "alerts", argv[2], "/acknowledge");
		return client_once(o, "POST", path,
				   json_pack("{ss}", "comment", argc > 3 ? argv[3] : ""), false);
	}
	return misused("alert: there is no command '%s' (list, follow, acknowledge, deliveries)",
		       verb);
}
