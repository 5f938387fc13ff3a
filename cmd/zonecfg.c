/*
 * zonecfg.c - the command zonecfg(8): configures zones
 */
#include "zone/editor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };

static int usage(FILE *to)
{
	fputs("usage: zonecfg -z <zone> [-R <root>]              (interactive)\n"
	      "       zonecfg -z <zone> [-R <root>] <command>    (one or more, with ';' between)\n"
	      "       zonecfg -z <zone> [-R <root>] -f <file>\n"
	      "       zonecfg help\n"
	      "-u <uuid> of a zone that there is, in place of -z <zone>\n",
	      to);
	return to == stdout ? E_OK : E_USAGE;
}

static int fail(const char *what)
{
	fprintf(stderr, "zonecfg: %s\n", what);
	return E_ERROR;
}

/* The words of the command line as one text, as the shell would have passed it quoted. */
static char *join(struct arena *a, char **words, int n)
{
	char *all = arena_strdup(a, "");
	for (int i = 0; i < n; i++)
		all = arena_printf(a, "%s%s%s", all, i ? " " : "", words[i]);
	return all;
}

/* Commands of the command line say so themselves where they need the zone. */
static void greet(const struct zone_editor *ed, const char *text)
{
	if (ed->exists || text)
		return;
	fprintf(stderr,
		"%s: No such zone configured\nUse 'create' to begin configuring a new zone.\n",
		ed->zone);
}

/* Line by line: a person sees what each has done, and a pipe's commands are run as they come. */
static unsigned run_lines(struct zone_editor *ed, FILE *in)
{
	char *line = NULL;
	size_t room = 0;
	unsigned failed = 0;
	BUF_AUTO whole = {0};
	while (!ed->done && (ed->interactive || !failed)) {
		BUF_AUTO prompt = {0};
		if (ed->interactive && !whole.n) {
			zone_editor_prompt(ed, &prompt);
			fputs(buf_str(&prompt), ed->out);
			fflush(ed->out);
		}
		ssize_t n = getline(&line, &room, in);
		if (n < 0)
			break;
		buf_puts(&whole, line);
		if (n >= 2 && strcmp(line + n - 2, "\\\n") == 0)
			continue;
		failed += zone_editor_run(ed, buf_str(&whole));
		buf_clear(&whole);
	}
	free(line);
	if (ed->interactive && !ed->done)
		fputc('\n', ed->out);
	return failed;
}

static int edit(struct zone_editor *ed, const char *file, const char *text)
{
	unsigned failed;
	if (text) {
		failed = zone_editor_run(ed, text);
	} else {
		FILE *in = file && strcmp(file, "-") != 0 ? fopen(file, "re") : stdin;
		if (!in)
			return fail(strerror(errno));
		ed->source = file;
		ed->interactive = !file && isatty(STDIN_FILENO);
		failed = run_lines(ed, in);
		if (in != stdin)
			fclose(in);
	}
	if (failed && !ed->interactive)
		return E_ERROR; /* nothing of it is written */
	return zone_editor_commit(ed) < 0 ? E_ERROR : E_OK;
}

/* The zone with this uuid; NULL: there is none. */
static const char *name_of(const struct zone_store *s, const char *uuid)
{
	for (size_t i = 0; i < s->entries.n; i++)
		if (strcmp(s->entries.at[i].uuid, uuid) == 0)
			return s->entries.at[i].name;
	return NULL;
}

static int run(struct arena *a, const char *zone, const char *uuid, const char *root,
	       const char *file, char **words, int nwords)
{
	struct err e = {0};
	struct zone_store s;
	struct zone_editor ed;
	if (zone && strcmp(zone, "global") != 0 && zone_name_check(zone, &e) < 0)
		return fail(e.text);
	if (zone_store_open(&s, a, root, &e) < 0)
		return fail(e.text);
	if (!zone && !(zone = name_of(&s, uuid)))
		return fail("no zone has this uuid");
	if (zone_editor_init(&ed, a, &s, zone, &e) < 0)
		return fail(e.text);
	const char *text = nwords ? join(a, words, nwords) : NULL;
	greet(&ed, text);
	int status = edit(&ed, file, text);
	zone_store_close(&s);
	return status;
}

int main(int argc, char **argv)
{
	const char *zone = NULL, *uuid = NULL, *file = NULL, *root = NULL;
	int ch;
	if (argc > 1 && (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0))
		return usage(stdout);
	while ((ch = getopt(argc, argv, "+z:u:f:R:")) != -1) {
		if (ch == 'z')
			zone = optarg;
		else if (ch == 'u')
			uuid = optarg;
		else if (ch == 'f')
			file = optarg;
		else if (ch == 'R')
			root = optarg;
		else
			return usage(stderr);
	}
	if (!zone == !uuid || (file && optind < argc))
		return usage(stderr);
	struct arena *a = arena_new();
	if (!a)
		return fail("out of memory");
	int status = arena_guard(a) ? fail("out of memory")
				    : run(a, zone, uuid, root, file, argv + optind, argc - optind);
	arena_free(a);
	return status;
}
