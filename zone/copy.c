/*
 * copy.c - see copy.h
 *
 * A task is a directory, named by its path below both roots. Whoever takes it copies the files in
 * it and makes the directories in it, which become tasks; as nothing else is ever made in a
 * directory, its times can be set at once. Files with several links are copied under one lock, by
 * which whoever comes second finds the first.
 */
#include "zone/copy.h"

#include "base/map.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

enum { THREADS_MAX = 16 };

struct task {
	struct task *next;
	char path[]; /* "" for the root */
};
struct copy {
	int from, to;
	const struct zone_copying *how;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t more;
	struct task *tasks;
	unsigned busy; /* threads with a task */
	struct err err;
	pthread_mutex_t linked; /* of all below */
	struct map links;	/* "device:inode" -> path below `to` */
};
struct place { /* a directory of both trees */
	int from, to;
	const char *path;
};

static int fail(struct err *e, const struct place *p, const char *name)
{
	return err_sys(e, errno, "cannot copy %s%s%s", p->path, *p->path ? "/" : "", name);
}

/* ---- attributes ---- */

/* What only overlay is to see of a layer stays there. */
static int copy_xattrs(int from, int to, bool raw)
{
	char names[4096], value[65536];
	ssize_t n = flistxattr(from, names, sizeof(names));
	if (n < 0)
		return errno == ENOTSUP || errno == EBADF ? 0 : -1;
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(names + i) + 1) {
		if (!raw && strncmp(names + i, "trusted.overlay.", 16) == 0)
			continue;
		ssize_t size = fgetxattr(from, names + i, value, sizeof(value));
		if (size < 0 || fsetxattr(to, names + i, value, (size_t)size, 0) < 0)
			return -1;
	}
	return 0;
}

/* Owner before mode: a change of owner takes set-id bits away. Times last. */
static int copy_attributes(int from, int to, const struct stat *st, bool raw)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	if (fchown(to, st->st_uid, st->st_gid) < 0 || fchmod(to, st->st_mode & 07777) < 0 ||
	    copy_xattrs(from, to, raw) < 0)
		return -1;
	return futimens(to, times);
}

static int copy_attributes_at(int to, const char *name, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	if (fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    (!S_ISLNK(st->st_mode) && fchmodat(to, name, st->st_mode & 07777, 0) < 0))
		return -1;
	return utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
}

/* ---- contents ---- */

static int copy_range(int from, int to, off_t at, off_t end)
{
	char block[65536];
	while (at < end) {
		off_t in = at, out = at;
		ssize_t n = copy_file_range(from, &in, to, &out, (size_t)(end - at), 0);
		if (n < 0 && errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP &&
		    errno != ENOSYS)
			return -1;
		if (n < 0) {
			size_t want =
			    (size_t)(end - at) < sizeof(block) ? (size_t)(end - at) : sizeof(block);
			n = pread(from, block, want, at);
			for (ssize_t done = 0, w; done < n; done += w)
				if ((w = pwrite(to, block + done, (size_t)(n - done), at + done)) <
				    0)
					return -1;
		}
		if (n <= 0)
			return n < 0 ? -1 : 0; /* it became shorter */
		at += n;
	}
	return 0;
}

static int copy_contents(const struct copy *c, int from, int to, off_t size)
{
	if (!size)
		return 0;
	if (c->how->share)
		return ioctl(to, FICLONE, from);
	for (off_t at = 0, end; at < size; at = end) {
		off_t data = lseek(from, at, SEEK_DATA);
		if (data < 0 && errno == ENXIO)
			break; /* a hole up to the end */
		at = data < 0 ? at : data;
		end = data < 0 ? size : lseek(from, at, SEEK_HOLE);
		if (end < 0 || copy_range(from, to, at, end) < 0)
			return -1;
	}
	return ftruncate(to, size);
}

static int copy_regular(const struct copy *c, const struct place *p, const char *name,
			const struct stat *st)
{
	int from = openat(p->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int to = from < 0 ? -1
			  : openat(p->to, name,
				   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok = to >= 0 && copy_contents(c, from, to, st->st_size) == 0 &&
		  copy_attributes(from, to, st, c->how->raw) == 0;
	int code = errno;
	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	errno = code;
	return ok ? 0 : -1;
}

static int copy_link(const struct place *p, const char *name, const struct stat *st)
{
	char target[4096];
	ssize_t n = readlinkat(p->from, name, target, sizeof(target) - 1);
	if (n < 0)
		return -1;
	target[n] = '\0';
	return symlinkat(target, p->to, name) < 0 ? -1 : copy_attributes_at(p->to, name, st);
}

static int copy_file(const struct copy *c, const struct place *p, const char *name,
		     const struct stat *st)
{
	if (S_ISREG(st->st_mode))
		return copy_regular(c, p, name, st);
	if (S_ISLNK(st->st_mode))
		return copy_link(p, name, st);
	if (mknodat(p->to, name, st->st_mode & (S_IFMT | 0600), st->st_rdev) < 0)
		return -1;
	return copy_attributes_at(p->to, name, st);
}

/* Files with several names: the first is copied, the others are linked to it. */
static int copy_linked(struct copy *c, const struct place *p, const char *name,
		       const struct stat *st)
{
	char key[48];
	snprintf(key, sizeof(key), "%llx:%llx", (unsigned long long)st->st_dev,
		 (unsigned long long)st->st_ino);
	pthread_mutex_lock(&c->linked);
	const char *first = map_get(&c->links, key);
	int status = first ? linkat(c->to, first, p->to, name, 0) : copy_file(c, p, name, st);
	if (!first && status == 0)
		*map_at(&c->links, key) =
		    arena_printf(c->links.arena, "%s%s%s", p->path, *p->path ? "/" : "", name);
	pthread_mutex_unlock(&c->linked);
	return status;
}

/* ---- directories ---- */

static int add_task(struct copy *c, const char *path, const char *name)
{
	size_t n = strlen(path) + strlen(name) + 2;
	struct task *t = malloc(sizeof(*t) + n);
	if (!t)
		return -1;
	snprintf(t->path, n, "%s%s%s", path, *path ? "/" : "", name);
	pthread_mutex_lock(&c->lock);
	t->next = c->tasks;
	c->tasks = t;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
	return 0;
}

static int copy_entry(struct copy *c, const struct place *p, const char *name, struct err *e)
{
	struct stat st;
	int status = fstatat(p->from, name, &st, AT_SYMLINK_NOFOLLOW);
	if (status == 0 && S_ISDIR(st.st_mode))
		status = mkdirat(p->to, name, 0700) < 0 ? -1 : add_task(c, p->path, name);
	else if (status == 0)
		status =
		    st.st_nlink > 1 ? copy_linked(c, p, name, &st) : copy_file(c, p, name, &st);
	return status < 0 ? fail(e, p, name) : 0;
}

static int copy_entries(struct copy *c, const struct place *p, struct err *e)
{
	struct stat st;
	int copy = openat(p->from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d) {
		fail(e, p, ".");
		if (copy >= 0)
			close(copy);
		return -1;
	}
	errno = 0;
	for (struct dirent *f; status == 0 && (f = readdir(d));)
		if (strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0)
			status = copy_entry(c, p, f->d_name, e);
	if (status == 0 &&
	    (fstat(copy, &st) < 0 || copy_attributes(copy, p->to, &st, c->how->raw) < 0))
		status = fail(e, p, ".");
	closedir(d);
	return status;
}

static int open_below(int root, const char *path, uint64_t more)
{
	struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
			       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | more};
	return (int)syscall(SYS_openat2, root, *path ? path : ".", &how, sizeof(how));
}

static int copy_directory(struct copy *c, const char *path, struct err *e)
{
	struct place p = {.path = path,
			  .from = open_below(c->from, path, c->how->mounts ? 0 : RESOLVE_NO_XDEV)};
	int status = -1;
	if (p.from < 0 && errno == EXDEV)
		return err_set(e, EXDEV, "%s: another file system is mounted there", path);
	p.to = p.from < 0 ? -1 : open_below(c->to, path, 0);
	if (p.to < 0)
		err_sys(e, errno, "cannot copy %s", path);
	else
		status = copy_entries(c, &p, e);
	if (p.from >= 0)
		close(p.from);
	if (p.to >= 0)
		close(p.to);
	return status;
}

/* ---- threads ---- */

/* The next task; NULL when there will be none. */
static struct task *take(struct copy *c)
{
	while (!c->tasks && c->busy && !c->err.code)
		pthread_cond_wait(&c->more, &c->lock);
	struct task *t = c->err.code ? NULL : c->tasks;
	if (t) {
		c->tasks = t->next;
		c->busy++;
	}
	return t;
}

static void *work(void *copy)
{
	struct copy *c = copy;
	pthread_mutex_lock(&c->lock);
	for (struct task *t; (t = take(c));) {
		struct err e = {0};
		pthread_mutex_unlock(&c->lock);
		int status = copy_directory(c, t->path, &e);
		free(t);
		pthread_mutex_lock(&c->lock);
		c->busy--;
		if (status < 0 && !c->err.code)
			c->err = e;
	}
	pthread_cond_broadcast(&c->more);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void run(struct copy *c)
{
	pthread_t threads[THREADS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN), n = 0;
	while (n < THREADS_MAX && n < cpus - 1 && pthread_create(&threads[n], NULL, work, c) == 0)
		n++;
	work(c);
	while (n > 0)
		pthread_join(threads[--n], NULL);
	for (struct task *t; (t = c->tasks); free(t))
		c->tasks = t->next;
}

int zone_copy_tree(int from, int to, const struct zone_copying *how, struct err *e)
{
	struct copy c = {.from = from,
			 .to = to,
			 .how = how,
			 .lock = PTHREAD_MUTEX_INITIALIZER,
			 .more = PTHREAD_COND_INITIALIZER,
			 .linked = PTHREAD_MUTEX_INITIALIZER,
			 .links = {.arena = arena_new()}};
	if (!c.links.arena || add_task(&c, "", "") < 0) {
		arena_free(c.links.arena);
		return err_set(e, ENOMEM, "out of memory");
	}
	run(&c);
	arena_free(c.links.arena);
	if (c.err.code)
		*e = c.err;
	return c.err.code ? -1 : 0;
}
