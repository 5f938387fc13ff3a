/*
 * pooladm.c - the command pooladm(8): makes configurations of resource pools active
 */
#include "zone/pool_active.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { E_OK, E_ERROR, E_USAGE };
static const char conf[] = "/etc/pooladm.conf";

struct asked {
	const char *root, *file;
	bool commit, dry, save, dissolve, enable, disable;
};

static int usage(void)
{
	fputs("usage: pooladm [-R root] [-n] [-s] [-c] [file] | -x | -d | -e\n", stderr);
	return E_USAGE;
}

static int fail(const char *what)
{
	fprintf(stderr, "pooladm: %s\n", what);
	return E_ERROR;
}

static const char *root_of(const struct asked *q)
{
	return q->file && *q->file != '/' ? NULL : q->root;
}

/* Zones' own sets stay as they are. */
static int keep_temporary(struct pool_active *p, struct pool_conf *fresh, struct err *e)
{
	BUF_AUTO text = {0}, ignored = {0};
	for (size_t i = 0; i < p->conf.all.n; i++) {
		const struct pool_entity *set = &p->conf.all.at[i];
		if (set->kind != POOL_PSET || strncmp(set->name, "SUNWtmp_", 8) != 0)
			continue;
		buf_printf(&text,
			   "create pset %s (uint pset.min=%ld; uint pset.max=%ld)\ncreate pool %s\n"
			   "associate pool %s (pset %s)\n",
			   set->name, pool_get_number(set, "pset.min", 1),
			   pool_get_number(set, "pset.max", 1), set->name, set->name, set->name);
	}
	return pool_conf_run(fresh, buf_str(&text), &p->online, &ignored, e);
}

static int commit(const struct asked *q, struct pool_active *p, struct arena *a)
{
	struct pool_conf fresh;
	struct err e = {0};
	const char *path = q->file ? q->file : conf;
	if (pool_file_read(&fresh, a, root_of(q), path, &p->online, &e) < 0 ||
	    keep_temporary(p, &fresh, &e) < 0)
		return fail(e.text);
	p->conf = fresh;
	if (q->dry)
		return pool_allocate(&p->conf, &p->online, &e) < 0 ? fail(e.text) : E_OK;
	if (pool_active_commit(p, &e) < 0)
		return fail(e.text);
	/* As it is now, with the CPUs that were chosen. */
	if (q->save && pool_file_write(&p->conf, root_of(q), path, &e) < 0)
		return fail(e.text);
	return E_OK;
}

static int dissolve(struct pool_active *p, struct arena *a)
{
	struct pool_conf fresh;
	struct err e = {0};
	pool_conf_discover(&fresh, a, "default", &p->online);
	if (keep_temporary(p, &fresh, &e) < 0)
		return fail(e.text);
	pool_active_release(p);
	p->conf = fresh;
	return pool_active_commit(p, &e) < 0 ? fail(e.text) : E_OK;
}

static int show(const struct asked *q, const struct pool_active *p, struct arena *a)
{
	struct pool_conf c = p->conf;
	struct err e = {0};
	BUF_AUTO out = {0};
	if (!q->file && !p->enabled)
		return fail("couldn't open pools state file: Facility is not active");
	if (q->file && pool_file_read(&c, a, root_of(q), q->file, &p->online, &e) < 0)
		return fail(e.text);
	pool_conf_info(&c, &out);
	fputs(buf_str(&out), stdout);
	return E_OK;
}

static int run(const struct asked *q, struct arena *a)
{
	struct pool_active p;
	struct err e = {0};
	if (pool_active_open(&p, a, q->root, &e) < 0)
		return fail(e.text);
	int status = E_OK;
	if (q->disable)
		status = pool_active_disable(&p, &e) < 0 ? fail(e.text) : E_OK;
	else if (q->enable)
		status = !p.enabled && pool_active_commit(&p, &e) < 0 ? fail(e.text) : E_OK;
	else if (q->dissolve)
		status = dissolve(&p, a);
	else if (q->commit)
		status = commit(q, &p, a);
	else if (q->save && pool_file_write(&p.conf, root_of(q), q->file ? q->file : conf, &e) < 0)
		status = fail(e.text);
	else if (!q->save)
		status = show(q, &p, a);
	pool_active_close(&p);
	return status;
}

int main(int argc, char **argv)
{
	struct asked q = {0};
	int ch;
	while ((ch = getopt(argc, argv, "+R:ncsxde")) != -1) {
		if (ch == 'R')
			q.root = optarg;
		else if (ch == '?')
			return usage();
		q.dry |= ch == 'n';
		q.commit |= ch == 'c';
		q.save |= ch == 's';
		q.dissolve |= ch == 'x';
		q.disable |= ch == 'd';
		q.enable |= ch == 'e';
	}
	if (optind < argc)
		q.file = argv[optind++];
	if (optind < argc || q.dissolve + q.disable + q.enable + (q.commit || q.save) > 1 ||
	    (q.dry && !q.commit) || (q.file && (q.dissolve || q.disable || q.enable)))
		return usage();
	struct arena *a = arena_new();
	if (!a || arena_guard(a))
		return fail("out of memory");
	int status = run(&q, a);
	arena_free(a);
	return status;
}
