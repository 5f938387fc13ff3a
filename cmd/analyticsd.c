/*
 * analyticsd.c - analyticsd(8): datasets, store, alerts and the HTTP server in one process
 *
 * The main thread runs the loop: seconds, dtraced's socket, subscribers. It needs no privileges: what it
 * traces it asks of dtraced.
 */
#include "analytics/alert/alert.h"
#include "analytics/http/http.h"
#include "analytics/query/hub.h"
#include "analytics/query/usual.h"
#include "broker/protocol.h"
#include "cmd/analyticsd_sandbox.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };

struct options {
	struct hub_options hub;
	struct http_options http;
	const char *settings, *user;
};
struct daemon {
	struct loop *loop;
	struct hub *hub;
	struct alerts *alerts;
	struct http *http;
	int signals;
	bool terminal; /* which may hang up */
};

/* ---- what alerts need ---- */

static int dataset_verb(struct hub *hub, const char *verb, const char *name, const char *scope,
			struct err *e)
{
	if (strcmp(verb, "enable") == 0) {
		uint32_t id = hub_dataset_create(hub, name, scope, "alerts", true, e);
		return id ? hub_dataset_resume(hub, id, scope, e) : -1;
	}
	struct hub_datasets *d = hub_dataset_find(hub, 0, name, scope, e);
	if (!d)
		return -1;
	uint32_t id = d->at[0].id;
	hub_datasets_free(d);
	if (strcmp(verb, "resume") == 0)
		return hub_dataset_resume(hub, id, scope, e);
	/* Disabled: it stops at once and goes when nobody has looked for a while. */
	if (strcmp(verb, "disable") == 0 && hub_dataset_save(hub, id, scope, false, e) < 0)
		return -1;
	return hub_dataset_suspend(hub, id, scope, e);
}

static int alert_dataset(void *ctx, const char *verb, const char *name, const char *scope,
			 struct err *e)
{
	return dataset_verb(((struct daemon *)ctx)->hub, verb, name, scope, e);
}

struct verb {
	struct hub *hub;
	const char *verb, *scope;
};

static int verb_of_one(void *arg, const char *name, struct err *e)
{
	const struct verb *v = arg;
	return dataset_verb(v->hub, v->verb, name, v->scope, e);
}

static int alert_worksheet(void *ctx, const char *verb, const char *name, const char *scope,
			   struct err *e)
{
	struct verb v = {((struct daemon *)ctx)->hub, verb, scope};
	return http_worksheet(hub_db_path(v.hub), name, scope, verb_of_one, &v, e);
}

static int alert_watch(void *ctx, const char *name, const char *scope, struct alerts_dataset *out,
		       struct err *e)
{
	struct hub *hub = ((struct daemon *)ctx)->hub;
	uint32_t id = hub_dataset_create(hub, name, scope, "alerts", true, e);
	struct hub_datasets *d = id ? hub_dataset_find(hub, id, NULL, scope, e) : NULL;
	if (!d)
		return -1;
	snprintf(out->name, sizeof out->name, "%s", d->at[0].name);
	snprintf(out->unit, sizeof out->unit, "%s", d->at[0].unit);
	snprintf(out->value_unit, sizeof out->value_unit, "%s", d->at[0].value_unit);
	hub_datasets_free(d);
	return 0;
}

static int alert_usual(void *ctx, uint32_t dataset, const char *key, int64_t second,
		       struct usual *out)
{
	struct err e = {0};
	return hub_usual(((struct daemon *)ctx)->hub, dataset, NULL, key, second - 1, out, &e);
}

/* ---- arguments ---- */

static int summary(FILE *to)
{
	fputs("Usage: analyticsd [--data DIR] [--listen ADDRESS:PORT] [--socket PATH] ...\n\n"
	      "\t--data DIR            where data are kept (/var/lib/glasshouse)\n"
	      "\t--listen ADDRESS:PORT 127.0.0.1:8411; port 0: any that is free\n"
	      "\t--socket PATH         dtraced's (" WIRE_SOCKET
	      "); none: only what needs no tracing\n"
	      "\t--catalogue DIR       statistics\n"
	      "\t--web DIR             the page, instead of that in this program; none: the API "
	      "only\n"
	      "\t--cert FILE, --key FILE\n"
	      "\t                      for TLS, PEM; otherwise a certificate is made\n"
	      "\t--plain               no TLS, though others than this host may connect\n"
	      "\t--settings FILE       where mail and the like go (/etc/glasshouse/alerts.conf)\n"
	      "\t--names ADDRESS:PORT  whom to ask for names of addresses; system: as "
	      "/etc/resolv.conf has "
	      "it\n"
	      "\t--hosts FILE          other hosts that are asked (/etc/glasshouse/hosts.conf)\n"
	      "\t--clients N           connections at most (2000)\n"
	      "\t--user NAME           as whom, when started by root (glasshouse)\n"
	      "\t--help, --version\n\n"
	      "The manual is analyticsd(8).\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

static int read_arguments(int argc, char **argv, struct options *o)
{
	static const struct option options[] = {
	    {"data", required_argument, NULL, 'd'},	{"listen", required_argument, NULL, 'l'},
	    {"socket", required_argument, NULL, 's'},	{"catalogue", required_argument, NULL, 'c'},
	    {"web", required_argument, NULL, 'w'},	{"cert", required_argument, NULL, 'C'},
	    {"key", required_argument, NULL, 'K'},	{"plain", no_argument, NULL, 'p'},
	    {"settings", required_argument, NULL, 'S'}, {"clients", required_argument, NULL, 'n'},
	    {"user", required_argument, NULL, 'u'},	{"hosts", required_argument, NULL, 'H'},
	    {"names", required_argument, NULL, 'N'},	{"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},	{0}};
	for (int ch; (ch = getopt_long(argc, argv, "", options, NULL)) != -1;)
		switch (ch) {
		case 'd':
			o->hub.data_dir = o->http.data_dir = optarg;
			break;
		case 'l':
			o->http.listen = optarg;
			break;
		case 's':
			o->hub.broker_path = strcmp(optarg, "none") ? optarg : NULL;
			break;
		case 'c':
			o->hub.catalogue_dir = optarg;
			break;
		case 'w':
			o->http.no_page = strcmp(optarg, "none") == 0;
			o->http.web_dir = o->http.no_page ? NULL : optarg;
			break;
		case 'C':
			o->http.cert_file = optarg;
			break;
		case 'K':
			o->http.key_file = optarg;
			break;
		case 'p':
			o->http.plain = true;
			break;
		case 'S':
			o->settings = optarg;
			break;
		case 'n':
			o->http.max_clients = (unsigned)atoi(optarg);
			break;
		case 'N':
			o->http.names = optarg;
			break;
		case 'H':
			o->hub.hosts_path = optarg;
			break;
		case 'u':
			o->user = optarg;
			break;
		case 'h':
			exit(summary(stdout));
		case 'v':
			puts("analyticsd: Glasshouse " GLASSHOUSE_VERSION);
			exit(E_OK);
		default:
			return summary(stderr);
		}
	return optind < argc ? summary(stderr) : 0;
}

/* A folder that lies beside this program, in the source tree or installed; NULL when it is in neither. */
static char *beside(const char *in_tree, const char *installed)
{
	char exe[PATH_MAX], path[PATH_MAX + 64];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
	const char *const places[] = {in_tree, installed};
	if (n <= 0)
		return NULL;
	exe[n] = '\0';
	*strrchr(exe, '/') = '\0';
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", exe, places[i]);
		if (access(path, R_OK) == 0)
			return realpath(path, NULL);
	}
	return NULL;
}

/* ---- at work ---- */

static void reload(struct daemon *d)
{
	struct err e = {0};
	if (hub_hosts_reload(d->hub, &e) < 0)
		fprintf(stderr, "analyticsd: %s: the other hosts are as they were\n", e.text);
	else
		fprintf(stderr, "analyticsd: other hosts that are asked: %u\n", hub_hosts(d->hub));
}

static void on_signal(void *arg, uint32_t ready)
{
	struct daemon *d = arg;
	struct signalfd_siginfo info;
	(void)ready;
	if (read(d->signals, &info, sizeof info) != sizeof info)
		return;
	if (info.ssi_signo == SIGHUP && !d->terminal)
		reload(d);
	else
		loop_stop(d->loop);
}

static int watch_signals(struct daemon *d, struct err *e)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	d->terminal = isatty(STDIN_FILENO);
	/* Before any thread is started, so that none takes them. */
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	d->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (d->signals < 0)
		return err_sys(e, errno, "signals");
	return loop_watch(d->loop, d->signals, 1 /* EPOLLIN */, on_signal, d, e) ? 0 : -1;
}

static int start(struct daemon *d, const struct options *o, struct err *e)
{
	struct alerts_env env = {.ctx = d,
				 .dataset = alert_dataset,
				 .worksheet = alert_worksheet,
				 .watch = alert_watch,
				 .usual = alert_usual};
	struct rlimit files = {65536, 65536};
	if (setrlimit(RLIMIT_NOFILE, &files) < 0 && getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (!o->hub.catalogue_dir)
		return err_set(
		    e, ENOENT,
		    "the catalogue does not lie beside this program: say where by --catalogue DIR");
	umask(077);
	if (mkdir(o->hub.data_dir, 0700) < 0 && errno != EEXIST)
		return err_sys(e, errno, "the folder of the data, %s", o->hub.data_dir);
	if (!(d->loop = loop_new(e)) || watch_signals(d, e) < 0 ||
	    !(d->hub = hub_new(&o->hub, d->loop, e)) ||
	    !(d->alerts = alerts_open(hub_db_path(d->hub), o->settings, &env, e)) ||
	    hub_subscribe(d->hub, alerts_second, d->alerts, e) < 0 ||
	    !(d->http = http_new(&o->http, d->hub, d->alerts, e)))
		return -1;
	printf("analyticsd: listening on %s\n", http_url(d->http));
	fflush(stdout);
	return 0;
}

static void end(struct daemon *d)
{
	http_stop(d->http);
	if (d->alerts) {
		hub_unsubscribe(d->hub, alerts_second, d->alerts);
		alerts_close(d->alerts);
	}
	http_free(d->http);
	if (d->hub)
		hub_free(d->hub);
	if (d->loop)
		loop_free(d->loop);
	close(d->signals);
}

static int sandbox(const struct options *o, struct err *e)
{
	const char *became;
	if (sandbox_user(o->user, o->hub.data_dir, &became, e) < 0)
		return -1;
	if (geteuid() == 0)
		fputs("analyticsd: runs as root, because there is no user glasshouse: useradd "
		      "--system glasshouse\n",
		      stderr);
	return sandbox_calls(e);
}

int main(int argc, char **argv)
{
	struct options o = {.hub = {.data_dir = "/var/lib/glasshouse",
				    .broker_path = WIRE_SOCKET,
				    .hosts_path = "/etc/glasshouse/hosts.conf"},
			    .http = {.listen = "127.0.0.1:8411", .data_dir = "/var/lib/glasshouse"},
			    .settings = "/etc/glasshouse/alerts.conf"};
	struct daemon d = {.signals = -1};
	struct err e = {0};
	char *catalogue = beside("../../share/analytics", "../share/glasshouse/analytics");
	o.hub.catalogue_dir = catalogue;
	int r = read_arguments(argc, argv, &o);
	if (r)
		return r;
	if (sandbox(&o, &e) < 0 || start(&d, &o, &e) < 0 || loop_run(d.loop, &e) < 0) {
		fprintf(stderr, "analyticsd: %s\n", e.text);
		r = E_ERROR;
	}
	end(&d);
	free(catalogue);
	return r;
}
