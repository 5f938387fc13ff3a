/*
 * poolbind.c - the command poolbind(8): binds processes and zones to resource pools
 */
#include "zone/live.h"
#include "zone/pool_active.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };

struct asked {
	const char *root, *pool;
	bool zones, query, sets, exec;
};

static int usage(void)
{
	fputs("usage: poolbind [-R root] -p pool -e command [argument ...]\n"
	      "       poolbind [-R root] -p pool [-i pid|zoneid] id ...\n"
	      "       poolbind [-R root] -q pid ...\n"
	      "       poolbind [-R root] -Q pid ...\n",
	      stderr);
	return E_USAGE;
}

static int fail(const char *of, const char *what)
{
	fprintf(stderr, "poolbind: %s%s%s\n", of ? of : "", of ? ": " : "", what);
	return E_ERROR;
}

static int bind_zone(struct pool_active *p, const struct asked *q, struct arena *a, const char *id)
{
	struct zone_store s;
	struct zone_live l;
	struct err e = {0};
	char *end;
	unsigned long number = strtoul(id, &end, 10);
	if (zone_store_open(&s, a, q->root, &e) < 0)
		return fail(id, e.text);
	for (size_t i = 0; i < s.entries.n; i++) {
		zone_live_read(q->root, &s.entries.at[i], &l);
		if (l.up && (strcmp(s.entries.at[i].name, id) == 0 || (!*end && l.id == number)))
			return pool_bind_zone(p, s.entries.at[i].name, q->pool, &e) < 0
				   ? fail(id, e.text)
				   : E_OK;
	}
	return fail(id, "no such zone is up");
}

static int show(struct pool_active *p, const struct asked *q, pid_t pid, const char *id)
{
	struct err e = {0};
	const char *pool = pool_of_process(p, pid, &e);
	if (!pool)
		return fail(id, e.text);
	const struct pool_entity *found = pool_find(&p->conf, POOL_POOL, pool);
	const struct pool_entity *set = found ? pool_pset(&p->conf, found) : NULL;
	if (q->sets)
		printf("%s\tpset\t%s\n", id, set ? set->name : "pset_default");
	else
		printf("%s\t%s\n", id, pool);
	return E_OK;
}

static int on_id(struct pool_active *p, const struct asked *q, struct arena *a, const char *id)
{
	char *end;
	struct err e = {0};
	long pid = strtol(id, &end, 10);
	if (q->zones)
		return bind_zone(p, q, a, id);
	if (end == id || *end || pid <= 0 || pid > 1 << 30)
		return fail(id, "no process id");
	if (q->query)
		return show(p, q, (pid_t)pid, id);
	return pool_bind_process(p, (pid_t)pid, q->pool, &e) < 0 ? fail(id, e.text) : E_OK;
}

static int run(const struct asked *q, struct arena *a, int n, char **ids)
{
	struct pool_active p;
	struct err e = {0};
	int status = E_OK;
	if (pool_active_open(&p, a, q->root, &e) < 0)
		return fail(NULL, e.text);
	if (q->exec && pool_bind_process(&p, getpid(), q->pool, &e) < 0)
		status = fail(NULL, e.text);
	for (int i = 0; !q->exec && i < n; i++)
		if (on_id(&p, q, a, ids[i]) != E_OK)
			status = E_ERROR;
	pool_active_close(&p);
	return status;
}

int main(int argc, char **argv)
{
	struct asked q = {0};
	int ch;
	while ((ch = getopt(argc, argv, "+R:p:i:eqQ")) != -1) {
		if (ch == 'R')
			q.root = optarg;
		else if (ch == 'p')
			q.pool = optarg;
		else if (ch == 'i' && strcmp(optarg, "zoneid") == 0)
			q.zones = true;
		else if (ch == '?' || (ch == 'i' && strcmp(optarg, "pid") != 0))
			return usage();
		q.exec |= ch == 'e';
		q.query |= ch == 'q' || ch == 'Q';
		q.sets |= ch == 'Q';
	}
	if (optind >= argc || !q.pool == !q.query || (q.query && (q.zones || q.exec)))
		return usage();
	struct arena *a = arena_new();
	if (!a || arena_guard(a))
		return fail(NULL, "out of memory");
	int status = run(&q, a, argc - optind, argv + optind);
	arena_free(a);
	if (status == E_OK && q.exec) {
		execvp(argv[optind], argv + optind);
		perror("poolbind");
		return E_ERROR;
	}
	return status;
}
