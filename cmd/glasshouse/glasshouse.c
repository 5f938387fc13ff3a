/*
 * glasshouse.c - the command glasshouse(8): one front door; arguments and dispatch
 */
#include "cmd/glasshouse/glasshouse.h"

#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

int complain(const struct err *e)
{
	fflush(stdout);
	fprintf(stderr, "glasshouse: %s\n", e->text);
	return E_ERROR;
}

int misused(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("glasshouse: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputs("\n(`glasshouse help` says more)\n", stderr);
	va_end(ap);
	return E_USAGE;
}

static const struct command {
	const char *name;
	int (*fn)(int argc, char **argv, struct options *o);
	const char *help;  /* in a line */
	const char *forms; /* how it is called, a line each */
} commands[] = {
    {"run", cmd_run,
     "everything on this host, in the foreground, until ^C; prints the address to open",
     "run [--listen ADDRESS:PORT] [--data FOLDER]\n"},
    {"stat", cmd_stat, "what can be measured; `stat NAME` shows it live",
     "stat\n"
     "stat [-c COUNT] [--last TIME] [--key KEY].. [--top N] NAME\n"},
    {"dataset", cmd_dataset, "list, create, show, suspend, resume, save, destroy",
     "dataset [list]\n"
     "dataset create | show | suspend | resume | save | destroy NAME\n"},
    {"threshold", cmd_threshold, "list, fields, add, show, set, delete, test",
     "threshold [list]\n"
     "threshold fields\n"
     "threshold add FIELD=VALUE.. | -f FILE\n"
     "threshold set NAME FIELD=VALUE..\n"
     "threshold show | delete | test NAME\n"},
    {"alert", cmd_alert, "list, follow, acknowledge, deliveries",
     "alert [list [--lasting]]\n"
     "alert follow\n"
     "alert acknowledge NUMBER [COMMENT]\n"
     "alert deliveries NUMBER\n"},
    {"account", cmd_account, "list, add, zones, password, enable, disable, delete: who may ask",
     "account [list]\n"
     "account add NAME [ZONE..]\n"
     "account zones NAME ZONE.. | --operator\n"
     "account password | enable | disable | delete NAME\n"},
    {"token", cmd_token, "list, make, revoke: for programs",
     "token [list [ACCOUNT]]\n"
     "token make LABEL [--days N] [--account NAME]\n"
     "token revoke NUMBER\n"},
    {"support-bundle", cmd_bundle, "collects what somebody who helps wants to see, without secrets",
     "support-bundle [-o FILE]\n"},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *find_command(const char *name)
{
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

static int usage(FILE *to)
{
	fputs("usage: glasshouse [OPTION..] COMMAND [ARGUMENT..]\n\n", to);
	for (int i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-15s %s\n", commands[i].name, commands[i].help);
	fputs("\n  --data FOLDER   of analyticsd, where its address and token are (" DATA_FOLDER
	      ", GLASSHOUSE_DATA)\n"
	      "  --url URL       of analyticsd (GLASSHOUSE_URL)\n"
	      "  --token TOKEN   (GLASSHOUSE_TOKEN: other users do not see it there)\n"
	      "  --json          answers as they come\n"
	      "  --plain         letters only\n"
	      "  --help, --version\n\n`glasshouse help COMMAND` tells how one is called. The "
	      "manual is glasshouse(8).\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

static int usage_of(const struct command *c)
{
	const char *lead = "usage:";
	printf("glasshouse %s: %s\n\n", c->name, c->help);
	for (const char *form = c->forms, *end; *form; form = end + 1, lead = "") {
		end = strchr(form, '\n');
		printf("%-6s glasshouse %.*s\n", lead, (int)(end - form), form);
	}
	puts("\nThe manual is glasshouse(8).");
	return E_OK;
}

/* argv: the name of a command and what stands behind it, `help` and a name too. */
static int dispatch(int argc, char **argv, struct options *o)
{
	bool help = strcmp(argv[0], "help") == 0;
	if (help && argc == 1)
		return usage(stdout);
	const struct command *c = find_command(argv[help]);
	if (!c)
		return misused("there is no command '%s'", argv[help]);
	if (help || (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))))
		return usage_of(c);
	return c->fn(argc, argv, o);
}

static const char *or_environment(const char *name, const char *otherwise)
{
	const char *v = getenv(name);
	return v && *v ? v : otherwise;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
	    {"data", required_argument, NULL, 'd'},  {"url", required_argument, NULL, 'u'},
	    {"token", required_argument, NULL, 't'}, {"json", no_argument, NULL, 'j'},
	    {"plain", no_argument, NULL, 'p'},	     {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},     {0}};
	struct options o = {.data = or_environment("GLASSHOUSE_DATA", DATA_FOLDER),
			    .url = or_environment("GLASSHOUSE_URL", NULL),
			    .token = or_environment("GLASSHOUSE_TOKEN", NULL)};
	setlocale(LC_CTYPE, "");
	for (int ch; (ch = getopt_long(argc, argv, "+h", longs, NULL)) != -1;) {
		switch (ch) {
		case 'd':
			o.data = optarg;
			break;
		case 'u':
			o.url = optarg;
			break;
		case 't':
			o.token = optarg;
			break;
		case 'j':
			o.json = true;
			break;
		case 'p':
			o.plain = true;
			break;
		case 'h':
			return usage(stdout);
		case 'v':
			return puts("glasshouse " GLASSHOUSE_VERSION) < 0;
		default:
			return usage(stderr);
		}
	}
	if (optind == argc)
		return usage(stderr);
	return dispatch(argc - optind, argv + optind, &o);
}
