/*
 * layers.c - see layers.h
 */
#include "zone/layers.h"

#include "zone/place.h"
#include "zone/step.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* ---- the file ---- */

enum { TEXT_MAX = ZONE_LAYERS_MAX * ZONE_LAYER_PATH + 64 };

static int bad(struct err *e)
{
	return err_set(e, EINVAL, "the zonepath's file \"layers\" is damaged");
}

static int parse(char *text, struct zone_layers *l, struct err *e)
{
	char *rest = text, *line;
	while ((line = strsep(&rest, "\n"))) {
		size_t n = strlen(line);
		if (strncmp(line, "token ", 6) == 0 && n == 6 + sizeof(l->token) - 1)
			snprintf(l->token, sizeof(l->token), "%s", line + 6);
		else if (*line == '/' && n < ZONE_LAYER_PATH && l->n < ZONE_LAYERS_MAX)
			memcpy(l->path[l->n++], line, n + 1);
		else if (*line)
			return bad(e);
	}
	/* It becomes the name of a file. */
	if (strspn(l->token, "0123456789abcdef") != sizeof(l->token) - 1 || !l->n)
		return bad(e);
	return 0;
}

static int read_as(int dir, const char *name, struct zone_layers *l, struct err *e)
{
	char text[TEXT_MAX];
	l->n = 0;
	l->token[0] = '\0';
	ssize_t n = zone_place_read(dir, name, text, sizeof(text));
	if (n < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "cannot read %s", name);
	return parse(text, l, e);
}

int zone_layers_read(int dir, struct zone_layers *l, struct err *e)
{
	return read_as(dir, "layers", l, e);
}

static int write_as(int dir, const char *name, const struct zone_layers *l, struct err *e)
{
	char text[TEXT_MAX];
	size_t n = (size_t)snprintf(text, sizeof(text), "token %s\n", l->token);
	for (unsigned i = 0; i < l->n; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s\n", l->path[i]);
	return zone_place_write(dir, name, text, e);
}

static int random_name(char name[17], struct err *e)
{
	unsigned char b[8];
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return err_sys(e, errno, "cannot get random numbers");
	for (int i = 0; i < 8; i++)
		snprintf(name + 2 * i, 3, "%02x", b[i]);
	return 0;
}

/* ---- layers and their users ---- */

/* The directory of users of a layer; -1: it is gone, or *e. */
static int open_users(const char *root, const char *layer, struct err *e)
{
	int dir = zone_place_open(root, layer, false, e), users = -1;
	if (dir >= 0) {
		users = zone_place_child(dir, "users", e);
		close(dir);
	}
	return users;
}

static int add_user(const char *root, const char *layer, const char *token, struct err *e)
{
	int users = open_users(root, layer, e);
	if (users < 0)
		return -1;
	int fd = openat(users, token, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	int status = fd < 0 ? err_sys(e, errno, "cannot use the layer %s", layer) : 0;
	if (fd >= 0)
		close(fd);
	close(users);
	return status;
}

/* Removes the layers of a locked directory that have no users, and rests of killed removals. */
static int collect(int layers, struct err *e)
{
	int copy = openat(layers, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		if (copy >= 0)
			close(copy);
		return err_sys(e, errno, "cannot read the layers");
	}
	for (struct dirent *f; status == 0 && (f = readdir(d));) {
		if (f->d_name[0] == '.')
			continue;
		int dir = zone_place_child(layers, f->d_name, e);
		if (dir < 0)
			continue;
		if (unlinkat(dir, "users", AT_REMOVEDIR) == 0 || errno == ENOENT) {
			zone_step("layer without users");
			status = zone_place_empty(dir, e);
			zone_step("layer emptied");
			if (status == 0 && unlinkat(layers, f->d_name, AT_REMOVEDIR) < 0)
				status = err_sys(e, errno, "cannot remove a layer");
		}
		close(dir);
	}
	closedir(d);
	return status;
}

/* ".layers" beside the zonepath or above a layer, locked as long as it is open. */
static int open_layers(const char *root, const char *path, bool layer, bool make, struct err *e)
{
	char dir[4096];
	snprintf(dir, sizeof(dir), "%s", path);
	char *slash = strrchr(dir, '/');
	if (!slash)
		return err_set(e, EINVAL, "%s is no path of a layer", path);
	snprintf(slash, sizeof(dir) - (size_t)(slash - dir), "%s", layer ? "" : "/.layers");
	for (;;) {
		struct stat st;
		int fd = zone_place_open(root, dir, make, e);
		if (fd < 0 || (flock(fd, LOCK_EX) == 0 && fstat(fd, &st) == 0 && st.st_nlink))
			return fd;
		close(fd); /* who had the lock has removed it */
	}
}

int zone_layers_release(const char *root, int dir, struct err *e)
{
	static const char *const files[] = {"layers.new", "layers"};
	struct zone_layers l;
	for (int k = 0; k < 2; k++) {
		if (read_as(dir, files[k], &l, e) < 0)
			return -1;
		for (unsigned i = 0; i < l.n; i++) {
			int layers = open_layers(root, l.path[i], true, false, e);
			int users = layers < 0 ? -1 : open_users(root, l.path[i], e);
			if (users >= 0) {
				unlinkat(users, l.token, 0);
				close(users);
				zone_step("layer given up");
			}
			/* A directory of layers that is gone was removed by a release before this. */
			int status = layers < 0 ? 0 : collect(layers, e);
			if (layers >= 0)
				close(layers);
			if (status < 0)
				return -1;
			*strrchr(l.path[i], '/') = '\0';
			zone_place_remove(root, l.path[i]);
		}
		unlinkat(dir, files[k], 0);
	}
	*e = (struct err){0};
	return 0;
}

/* ---- freezing ---- */

/* A directory as it was made: of root, open to all to read, without attributes. */
static bool is_plain(int fd)
{
	char names[1024];
	struct stat st;
	ssize_t n = flistxattr(fd, names, sizeof(names));
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1)
		if (strncmp(names + i, "trusted.overlay.", 16) != 0)
			return false;
	return (n >= 0 || errno == ENOTSUP) && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) &&
	       (st.st_mode & 07777) == 0755 && st.st_uid == 0 && st.st_gid == 0;
}

/* Does it hold nothing, or nothing but `but`? */
static bool is_empty(int dir, const char *but)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	bool empty = d;
	for (struct dirent *f; empty && (f = readdir(d));)
		empty = strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0 ||
			(but && strcmp(f->d_name, but) == 0);
	if (d)
		closedir(d);
	else if (copy >= 0)
		close(copy);
	return empty;
}

/* Is there nothing in the upper layer but what make_upper() makes? */
static bool is_untouched(int dir)
{
	struct err ignored;
	int upper = zone_place_child(dir, "root", &ignored);
	int etc = upper < 0 ? -1 : zone_place_child(upper, "etc", &ignored);
	bool same = upper >= 0 && is_plain(upper) && is_empty(upper, "etc") &&
		    (etc >= 0 ? is_plain(etc) && is_empty(etc, NULL) : errno == ENOENT);
	if (etc >= 0)
		close(etc);
	if (upper >= 0)
		close(upper);
	return same;
}

/* An upper layer, with "etc" in it if there is one below: files for the zone's first boot are put
 * there, by way of the zonepath. */
static int make_upper(const char *root, int dir, const struct zone_layers *l, struct err *e)
{
	struct err ignored;
	char path[ZONE_LAYER_PATH + 16];
	if ((mkdirat(dir, "work", 0700) < 0 && errno != EEXIST) ||
	    (mkdirat(dir, "root", 0755) < 0 && errno != EEXIST))
		return err_sys(e, errno, "cannot make the zone's root");
	int upper = zone_place_child(dir, "root", e);
	if (upper < 0)
		return -1;
	int status = fchmod(upper, 0755) < 0 ? err_sys(e, errno, "cannot make the root") : 0;
	snprintf(path, sizeof(path), "%s/root/etc", l->path[0]);
	int etc = zone_place_open(root, path, false, &ignored);
	if (etc >= 0 && is_plain(etc) && mkdirat(upper, "etc", 0755) == 0)
		fchmodat(upper, "etc", 0755, 0);
	if (etc >= 0)
		close(etc);
	close(upper);
	return status;
}

/* From where `layers.new` is written: to a zone over the layers that it names. */
static int finish(const char *root, int dir, const struct zone_layers *l, struct err *e)
{
	struct stat st;
	int layer = zone_place_open(root, l->path[0], false, e);
	/* Collected, as it had no user yet: the freeze has not begun to move anything. */
	if (layer < 0 && e->code == ENOENT && fstatat(dir, "root", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return unlinkat(dir, "layers.new", 0) < 0 ? err_sys(e, errno, "cannot repair") : 0;
	if (layer < 0)
		return -1;
	int status = add_user(root, l->path[0], l->token, e);
	zone_step("freeze: layer has its user");
	/* Moved already, if there is none: nothing makes one before `layers` is there. */
	if (status == 0 && renameat(dir, "root", layer, "root") < 0 && errno != ENOENT)
		status = errno == EXDEV ? err_set(e, EXDEV, "the root is a file system of its own")
					: err_sys(e, errno, "cannot freeze the root");
	close(layer);
	zone_step("freeze: root moved");
	if (status == 0 && renameat(dir, "layers.new", dir, "layers") < 0)
		status = err_sys(e, errno, "cannot freeze the root");
	zone_step("freeze: layers named");
	return status < 0 ? -1 : make_upper(root, dir, l, e);
}

int zone_layers_repair(const char *root, int dir, struct err *e)
{
	struct zone_layers l;
	struct stat st;
	if (read_as(dir, "layers.new", &l, e) < 0)
		return -1;
	if (l.n)
		return finish(root, dir, &l, e);
	if (zone_layers_read(dir, &l, e) < 0)
		return -1;
	if (!l.n || (fstatat(dir, "root", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		     fstatat(dir, "work", &st, AT_SYMLINK_NOFOLLOW) == 0))
		return 0;
	return make_upper(root, dir, &l, e);
}

/* A new layer on top of those in l, without a root yet; with the directory of layers locked. */
static int make_layer(const char *zonepath, int layers, struct zone_layers *l, struct err *e)
{
	char id[17];
	const char *slash = strrchr(zonepath, '/');
	if (l->n == ZONE_LAYERS_MAX)
		return err_set(e, E2BIG, "more than %d layers: clone it with -m copy",
			       ZONE_LAYERS_MAX);
	if (random_name(id, e) < 0 || (!l->n && random_name(l->token, e) < 0))
		return -1;
	memmove(l->path[1], l->path[0], l->n * sizeof(l->path[0]));
	if (!slash || snprintf(l->path[0], ZONE_LAYER_PATH, "%.*s/.layers/%s",
			       (int)(slash - zonepath), zonepath, id) >= ZONE_LAYER_PATH)
		return err_set(e, ENAMETOOLONG, "%s is too long to have layers", zonepath);
	l->n++;
	int dir = -1;
	if (mkdirat(layers, id, 0700) < 0 || (dir = zone_place_child(layers, id, e)) < 0 ||
	    mkdirat(dir, "users", 0700) < 0)
		err_sys(e, errno, "cannot make a layer");
	if (dir >= 0)
		close(dir);
	return e->code ? -1 : 0;
}

/* What could not be frozen stays as it was; what has been moved stays for zone_layers_repair(). */
static void undo(const char *root, int dir, int layers, const struct zone_layers *l)
{
	struct stat st;
	struct err ignored;
	if (fstatat(dir, "root", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    unlinkat(dir, "layers.new", 0) < 0)
		return;
	int users = open_users(root, l->path[0], &ignored);
	if (users >= 0) {
		unlinkat(users, l->token, 0);
		close(users);
	}
	(void)collect(layers, &ignored);
}

int zone_layers_freeze(const char *root, const char *zonepath, int dir, struct err *e)
{
	struct zone_layers l;
	if (zone_layers_repair(root, dir, e) < 0 || zone_layers_read(dir, &l, e) < 0)
		return -1;
	if (l.n && is_untouched(dir))
		return 0;
	int layers = open_layers(root, zonepath, false, true, e);
	if (layers < 0)
		return -1;
	int status = collect(layers, e);
	if (status == 0)
		status = make_layer(zonepath, layers, &l, e);
	zone_step("freeze: layer made");
	if (status == 0 && (status = write_as(dir, "layers.new", &l, e)) == 0) {
		zone_step("freeze: intended");
		if ((status = finish(root, dir, &l, e)) < 0)
			undo(root, dir, layers, &l);
	}
	close(layers);
	return status;
}

int zone_layers_share(const char *root, int from, int to, const char *first, struct err *e)
{
	struct zone_layers l;
	unsigned skip = 0;
	if (zone_layers_read(from, &l, e) < 0 || random_name(l.token, e) < 0)
		return -1;
	while (first && skip < l.n && strcmp(strrchr(l.path[skip], '/') + 1, first) != 0)
		skip++;
	if (skip == l.n)
		return err_set(e, ENOENT, "%s is no layer of the source", first ? first : "there");
	memmove(l.path[0], l.path[skip], (l.n -= skip) * sizeof(l.path[0]));
	if (write_as(to, "layers", &l, e) < 0)
		return -1;
	for (unsigned i = 0; i < l.n; i++) {
		zone_step("clone: a user of a layer");
		if (add_user(root, l.path[i], l.token, e) < 0)
			return -1;
	}
	return make_upper(root, to, &l, e);
}
