/*
 * move.c - see move.h
 */
#include "zone/move.h"

#include "zone/copy.h"
#include "zone/editor.h"
#include "zone/install.h"
#include "zone/layers.h"
#include "zone/place.h"
#include "zone/step.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- moved ---- */

struct move {
	struct zone_store *s;
	const char *root, *from, *to;
	struct zone_config *z;
	char intent[80]; /* name of the file, in the store */
};

/* A directory's descriptor and the last part of a path in it. -1 and *e. */
static int open_parent(const char *root, const char *path, const char **name, struct err *e)
{
	char parent[4096];
	const char *slash = strrchr(path, '/');
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	*name = slash + 1;
	return zone_place_open(root, parent, false, e);
}

static bool exists(const char *root, const char *path, const char *within)
{
	char whole[4096];
	struct err ignored;
	const char *name;
	struct stat st;
	snprintf(whole, sizeof(whole), "%s%s", path, within);
	int dir = open_parent(root, whole, &name, &ignored);
	bool found = dir >= 0 && fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (dir >= 0)
		close(dir);
	return found;
}

static int open_store(const struct zone_store *s, struct err *e)
{
	int fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? err_sys(e, errno, "cannot open %s", s->dir) : fd;
}

static int write_intent(const struct move *m, struct err *e)
{
	int dir = open_store(m->s, e);
	if (dir < 0)
		return -1;
	int status = zone_place_write(dir, m->intent,
				      arena_printf(m->s->arena, "%s\n%s\n", m->from, m->to), e);
	close(dir);
	return status;
}

static int drop_intent(const struct move *m, struct err *e)
{
	const char *path = arena_printf(m->s->arena, "%s/%s", m->s->dir, m->intent);
	return unlink(path) < 0 && errno != ENOENT ? err_sys(e, errno, "cannot remove %s", path)
						   : 0;
}

static int rename_files(const struct move *m, struct err *e)
{
	const char *from, *to;
	int a = open_parent(m->root, m->from, &from, e), b = -1, status = -1;
	if (a >= 0 && (b = open_parent(m->root, m->to, &to, e)) >= 0 &&
	    (status = renameat2(a, from, b, to, RENAME_NOREPLACE)) < 0)
		err_sys(e, errno, "cannot move %s to %s", m->from, m->to);
	if (a >= 0)
		close(a);
	if (b >= 0)
		close(b);
	return status;
}

static int copy_files(const struct move *m, struct err *e)
{
	const struct zone_copying how = {.raw = true};
	int from = zone_place_open(m->root, m->from, false, e);
	int to = from < 0 ? -1 : zone_place_open(m->root, m->to, true, e);
	/* After a rename that failed: what it said counts no more. */
	int status = to < 0 ? -1 : zone_place_write(to, ".arriving", "", e);
	zone_step("move: arriving");
	if (status == 0)
		status = zone_copy_tree(from, to, &how, e);
	zone_step("move: copied");
	if (status == 0 && unlinkat(to, ".arriving", 0) < 0)
		status = err_sys(e, errno, "cannot move %s", m->from);
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	return status;
}

/* The files are at the new place, whole. What is left at the old one goes. */
static int settle(const struct move *m, struct err *e)
{
	int status = zone_set(m->z, "zonepath", m->to, e);
	if (status == 0 && (status = zone_store_lock(m->s, e)) == 0)
		status = zone_store_save(m->s, m->z, m->z->name, e);
	zone_store_unlock(m->s);
	zone_step("move: configured");
	int old = status < 0 || !exists(m->root, m->from, "")
		      ? -1
		      : zone_place_open(m->root, m->from, false, e);
	if (old >= 0) {
		status = zone_place_empty(old, e);
		close(old);
		if (status == 0 && zone_place_remove(m->root, m->from) < 0)
			status = err_sys(e, errno, "cannot remove %s", m->from);
	}
	zone_step("move: old files removed");
	return status < 0 ? -1 : drop_intent(m, e);
}

int zone_move(struct zone_store *s, const char *root, struct zone_config *z, const char *path,
	      struct err *e)
{
	struct move m = {.s = s, .root = root, .z = z, .to = path};
	struct err ignored;
	m.from = arena_strdup(s->arena, zone_get(z, "zonepath"));
	snprintf(m.intent, sizeof(m.intent), "%s.moving", z->name);
	if (exists(root, path, ""))
		return err_set(e, EEXIST, "%s: there is something already", path);
	int dir = zone_place_open(root, m.from, false, e);
	int status = dir < 0 ? -1 : zone_layers_repair(root, dir, e);
	if (dir >= 0)
		close(dir);
	if (status < 0 || write_intent(&m, e) < 0)
		return -1;
	zone_step("move: intended");
	status = rename_files(&m, e);
	if (status < 0 && e->code == EXDEV) {
		*e = (struct err){0};
		status = copy_files(&m, e);
	}
	zone_step("move: files moved");
	if (status == 0)
		return settle(&m, e);
	if (exists(root, m.to, "/.arriving"))
		(void)zone_uninstall(m.to, root, &ignored);
	(void)drop_intent(&m, &ignored);
	return -1;
}

int zone_move_repair(struct zone_store *s, const char *root, const char *name, struct err *e)
{
	struct zone_config z;
	struct move m = {.s = s, .root = root, .z = &z};
	char text[8192];
	snprintf(m.intent, sizeof(m.intent), "%s.moving", name);
	int dir = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t n = dir < 0 ? -1 : zone_place_read(dir, m.intent, text, sizeof(text));
	if (dir >= 0)
		close(dir);
	if (n < 0)
		return 0;
	char *to = strchr(text, '\n'), *end = to ? strchr(to + 1, '\n') : NULL;
	if (!end)
		return drop_intent(&m, e);
	*to++ = *end = '\0';
	m.from = text;
	m.to = to;
	if (*m.from != '/' || *m.to != '/')
		return drop_intent(&m, e);
	if (!exists(root, m.to, "") || exists(root, m.to, "/.arriving")) {
		/* Not yet there. Its layers are those of the old one, and stay. */
		int half = zone_place_open(root, m.to, false, e);
		int status = half < 0 ? 0 : zone_place_empty(half, e);
		if (half >= 0) {
			close(half);
			zone_place_remove(root, m.to);
		}
		return status < 0 ? -1 : drop_intent(&m, e);
	}
	return zone_store_load(s, name, &z, e) < 0 ? -1 : settle(&m, e);
}

/* ---- detached ---- */

static const char manifest[] = "detached.cfg";

int zone_detach(const char *root, const struct zone_config *z, struct err *e)
{
	BUF_AUTO text = {0};
	int dir = zone_place_open(root, zone_get(z, "zonepath"), false, e);
	if (dir < 0)
		return -1;
	zone_export(z, &text);
	int status = text.oom ? err_set(e, ENOMEM, "out of memory")
			      : zone_place_write(dir, manifest, buf_str(&text), e);
	close(dir);
	return status;
}

/* Lines of the one that the other has not; where the zone lies is not compared. */
static unsigned compare(const char *old, const char *now, struct buf *out)
{
	unsigned n = 0;
	for (const char *p = old; *p;) {
		size_t length = strcspn(p, "\n");
		BUF_AUTO line = {0};
		buf_printf(&line, "\n%.*s\n", (int)length, p);
		BUF_AUTO all = {0};
		buf_printf(&all, "\n%s", now);
		if (length && strncmp(p, "set zonepath=", 13) != 0 &&
		    !strstr(buf_str(&all), buf_str(&line)) && ++n)
			buf_printf(out, "  %.*s\n", (int)length, p);
		p += length + (p[length] == '\n');
	}
	return n;
}

static unsigned check_manifest(const struct zone_config *z, int dir, struct buf *out)
{
	enum { MANIFEST_MAX = 1 << 20 };
	struct zone_config was;
	struct err e = {0};
	struct arena *a = z->arena;
	char *text = arena_alloc(a, MANIFEST_MAX);
	BUF_AUTO old = {0}, now = {0}, missing = {0}, more = {0};
	if (zone_place_read(dir, manifest, text, MANIFEST_MAX) < 0) {
		buf_printf(out, "%s: %s: the files were not detached here; -F attaches them\n",
			   manifest, strerror(errno));
		return 1;
	}
	zone_config_init(&was, a, z->name);
	if (zone_read_commands(&was, text, manifest, &e) < 0) {
		buf_printf(out, "%s\n", e.text);
		return 1;
	}
	zone_export(&was, &old);
	zone_export(z, &now);
	unsigned n = compare(buf_str(&old), buf_str(&now), &missing);
	unsigned k = compare(buf_str(&now), buf_str(&old), &more);
	if (n)
		buf_printf(out, "The zone was detached with this, which is not configured:\n%s",
			   buf_str(&missing));
	if (k)
		buf_printf(out, "This is configured, with which it was not detached:\n%s",
			   buf_str(&more));
	return n + k;
}

unsigned zone_attach_check(const char *root, const struct zone_config *z, bool check,
			   struct buf *out)
{
	struct err e = {0};
	struct zone_layers l;
	int dir = zone_place_open(root, zone_get(z, "zonepath"), false, &e);
	int files = dir < 0 ? -1 : zone_place_child(dir, "root", &e);
	unsigned n = files < 0;
	if (files >= 0)
		close(files);
	if (!n && zone_layers_read(dir, &l, &e) < 0)
		n = 1;
	for (unsigned i = 0; !n && i < l.n; i++)
		if (!exists(root, l.path[i], "/root")) {
			err_set(&e, ENOENT, "%s: a layer of the zone is not there", l.path[i]);
			n = 1;
		}
	if (n)
		buf_printf(out, "%s\n", e.text);
	else if (check)
		n = check_manifest(z, dir, out);
	if (dir >= 0)
		close(dir);
	return n;
}

int zone_attach(const char *root, const struct zone_config *z, struct err *e)
{
	int dir = zone_place_open(root, zone_get(z, "zonepath"), false, e);
	if (dir < 0)
		return -1;
	int status = unlinkat(dir, manifest, 0) < 0 && errno != ENOENT
			 ? err_sys(e, errno, "cannot remove %s", manifest)
			 : 0;
	close(dir);
	return status;
}
