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

static const struct {
	const char *name;
	int (*fn)(int argc, char **argv, struct options *o);
	const char *help;
} commands[] = {
    {"run", cmd_run,
     "everything on this host, in the foreground, until ^C; prints the address to open"},
    {"stat", cmd_stat, "what can be measured; `stat NAME` shows it live"},
    {"dataset", cmd_dataset, "list, create, show, suspend, resume, save, destroy"},
    {"threshold", cmd_threshold, "list, fields, add, show, set, delete, test"},
    {"alert", cmd_alert, "list, follow, acknowledge, deliveries"},
    {"account", cmd_account, "list, add, zones, password, enable, disable, delete: who may ask"},
    {"token", cmd_token, "list, make, revoke: for programs"},
    {"support-bundle", cmd_bundle,
     "collects what somebody who helps wants to see, without secrets"},
};
enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

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
	      "  --help, --version\n\nThe manual is glasshouse(8).\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
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
	for (int ch; (ch = getopt_long(argc, argv, "+", longs, NULL)) != -1;) {
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
	if (strcmp(argv[optind], "help") == 0)
		return usage(stdout);
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(argv[optind], commands[i].name) == 0)
			return commands[i].fn(argc - optind, argv + optind, &o);
	return misused("there is no command '%s'", argv[optind]);
}
