/*
 * poolcfg.c - the command poolcfg(8): edits configurations of resource pools
 */
#include "zone/pool_active.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };

static const char commands[] = "info [pool|pset|system name]\n"
			       "create pool|pset name [property-list]\n"
			       "destroy pool|pset name\n"
			       "modify system|pool|pset name property-list\n"
			       "associate pool name (pset name)\n"
			       "transfer to pset name (cpu number; ...)\n"
			       "transfer number from pset name to name\n"
			       "transfer number to pset name from name\n"
			       "discover\n"
			       "rename system|pool|pset name to name\n"
			       "property-list: (type name = value; ~ name; ...)\n";

static int usage(FILE *to)
{
	fputs("usage: poolcfg [-R root] -c command [-d | file]\n"
	      "       poolcfg [-R root] -f command-file [-d | file]\n"
	      "       poolcfg -h\n",
	      to);
	return E_USAGE;
}

static int fail(const char *what)
{
	fprintf(stderr, "poolcfg: %s\n", what);
	return E_ERROR;
}

/* The whole of a file of commands; "-": standard input. */
static const char *read_commands(struct arena *a, const char *path)
{
	BUF_AUTO text = {0};
	char part[4096];
	size_t n;
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&text, part, n);
	bool ok = f && !ferror(f);
	if (f && f != stdin)
		fclose(f);
	return ok ? arena_strdup(a, buf_str(&text)) : NULL;
}

static int edit_file(struct arena *a, const char *root, const char *path, const char *text)
{
	struct pool_conf c;
	cpu_set_t online;
	struct err e = {0};
	BUF_AUTO before = {0}, after = {0}, out = {0};
	if (pool_online(&online, &e) < 0 || pool_file_read(&c, a, root, path, &online, &e) < 0)
		return fail(e.text);
	pool_conf_export(&c, &before);
	if (pool_conf_run(&c, text, &online, &out, &e) < 0)
		return fail(e.text);
	pool_conf_export(&c, &after);
	/* What discover makes is worth a file, too. */
	bool changed = strcmp(buf_str(&before), buf_str(&after)) != 0 || strstr(text, "discover");
	if (changed && pool_file_write(&c, root, path, &e) < 0)
		return fail(e.text);
	fputs(buf_str(&out), stdout);
	return E_OK;
}

static int edit_active(struct arena *a, const char *root, const char *text)
{
	struct pool_active p;
	struct err e = {0};
	BUF_AUTO before = {0}, after = {0}, out = {0};
	if (pool_active_open(&p, a, root, &e) < 0)
		return fail(e.text);
	if (!p.enabled)
		return fail("pools are not enabled: see pooladm -e");
	pool_conf_export(&p.conf, &before);
	if (pool_conf_run(&p.conf, text, &p.online, &out, &e) < 0)
		return fail(e.text);
	pool_conf_export(&p.conf, &after);
	if (strcmp(buf_str(&before), buf_str(&after)) != 0 && pool_active_commit(&p, &e) < 0)
		return fail(e.text);
	fputs(buf_str(&out), stdout);
	return E_OK;
}

int main(int argc, char **argv)
{
	const char *root = NULL, *command = NULL, *file = NULL;
	bool active = false;
	int ch;
	while ((ch = getopt(argc, argv, "+R:c:f:dh")) != -1) {
		if (ch == 'R')
			root = optarg;
		else if (ch == 'c')
			command = optarg;
		else if (ch == 'f')
			file = optarg;
		else if (ch == 'd')
			active = true;
		else if (ch == 'h')
			return fputs(commands, stdout) < 0 ? E_ERROR : E_OK;
		else
			return usage(stderr);
	}
	if (!command == !file || argc - optind > !active)
		return usage(stderr);
	struct arena *a = arena_new();
	if (!a || arena_guard(a))
		return fail("out of memory");
	const char *text = command ? command : read_commands(a, file);
	const char *path = optind < argc ? argv[optind] : "/etc/pooladm.conf";
	int status = !text	    ? fail("cannot read the file of commands")
		     : active	    ? edit_active(a, root, text)
		     : *path == '/' ? edit_file(a, root, path, text)
				    : edit_file(a, NULL, path, text);
	arena_free(a);
	return status;
}
