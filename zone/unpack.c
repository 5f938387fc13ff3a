/*
 * unpack.c - see unpack.h
 */
#include "zone/unpack.h"

#include "base/map.h"
#include "base/vec.h"
#include "zone/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

struct late { /* times of directories, set when nothing is put into them any more */
	const char *path;
	struct timespec mtime;
};
struct unpack {
	struct tar *tar;
	int to;
	bool layer;
	struct arena *arena;
	struct map made; /* paths of this layer */
	VEC(struct late) late;
	uint64_t left; /* bytes that may still come of the archive */
};

/* An archive of some bytes may unpack to any number of them, which cost time also where they are zeros and so none of
 * the disk: no more than the file system is large. */
static uint64_t most_bytes(int to)
{
	struct statvfs v;
	return fstatvfs(to, &v) == 0 && v.f_blocks ? (uint64_t)v.f_blocks * v.f_frsize : UINT64_MAX;
}

static int take_bytes(struct unpack *u, uint64_t n, struct err *e)
{
	if (n > u->left)
		return err_set(e, EFBIG, "it unpacks to more than its file system can hold");
	u->left -= n;
	return 0;
}

/* ---- names ---- */

static int open_in(int dir, const char *path, uint64_t flags)
{
	struct open_how how = {.flags = flags | O_CLOEXEC,
			       .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	return (int)syscall(SYS_openat2, dir, *path ? path : ".", &how, sizeof(how));
}

int zone_open_within(int dir, const char *path, int flags, struct err *e)
{
	int fd = open_in(dir, path, (uint64_t)flags);
	return fd < 0 ? err_sys(e, errno, "cannot open %s", path) : fd;
}

/* Without blanks of a path: slashes twice, "."; false for one that climbs. */
static bool tidy(const char *path, char to[TAR_PATH_MAX])
{
	size_t n = 0;
	for (const char *p = path; *(p += strspn(p, "/"));) {
		size_t part = strcspn(p, "/");
		if (part == 2 && memcmp(p, "..", 2) == 0)
			return false;
		if (part != 1 || *p != '.') {
			if (n)
				to[n++] = '/';
			memcpy(to + n, p, part);
			n += part;
		}
		p += part;
	}
	to[n] = '\0';
	return true;
}

enum { DIRECTORY = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

/* The last of the directories of a path, of which some are missing. An archive may name thousands, one in the other. */
static int make_parents(struct unpack *u, const char *path)
{
	char part[TAR_PATH_MAX];
	size_t n = strlen(path), at = n;
	int dir;
	snprintf(part, sizeof(part), "%s", path);
	while ((dir = open_in(u->to, part, DIRECTORY)) < 0 && errno == ENOENT && at) {
		const char *slash = strrchr(part, '/');
		at = slash ? (size_t)(slash - part) : 0;
		part[at] = '\0';
	}
	while (dir >= 0 && at < n) {
		const char *next = path + at + (at != 0);
		size_t len = strcspn(next, "/");
		memcpy(part, next, len);
		part[len] = '\0';
		int inner = mkdirat(dir, part, 0755) < 0 && errno != EEXIST
				? -1
				: openat(dir, part, DIRECTORY | O_NOFOLLOW);
		int code = errno;
		close(dir);
		errno = code;
		dir = inner;
		at = (size_t)(next - path) + len;
	}
	return dir;
}

/* The directory that an entry is in, made where it is missing. name: the last part. */
static int open_parent(struct unpack *u, char *path, const char **name, struct err *e)
{
	char *slash = strrchr(path, '/');
	*name = slash ? slash + 1 : path;
	if (slash)
		*slash = '\0';
	int dir = open_in(u->to, slash ? path : "", DIRECTORY);
	if (dir < 0 && errno == ENOENT && slash)
		dir = make_parents(u, path);
	if (dir < 0)
		err_sys(e, errno, "cannot open %s", path);
	if (slash)
		*slash = '/';
	return dir;
}

/* ---- what layers take away ---- */

static bool is_made(struct unpack *u, const char *path)
{
	return map_get(&u->made, path) != NULL;
}

/* Removes what earlier layers have put into a directory. */
static int make_opaque(struct unpack *u, int dir, const char *path, struct err *e)
{
	int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), status = 0;
	DIR *d = copy < 0 ? NULL : fdopendir(copy);
	if (!d)
		return err_sys(e, errno, "cannot read %s", path);
	for (struct dirent *f; status == 0 && (f = readdir(d));) {
		char *inner = arena_printf(u->arena, "%s%s%s", path, *path ? "/" : "", f->d_name);
		if (strcmp(f->d_name, ".") == 0 || strcmp(f->d_name, "..") == 0)
			continue;
		if (!is_made(u, inner)) {
			status = zone_place_remove_tree(dir, f->d_name, e);
			continue;
		}
		int sub = openat(dir, f->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub >= 0) {
			status = make_opaque(u, sub, inner, e);
			close(sub);
		}
	}
	closedir(d);
	return status;
}

/* 1: it was a mark, and is done. */
static int take_away(struct unpack *u, int dir, const char *path, const char *name, struct err *e)
{
	if (strncmp(name, ".wh.", 4) != 0)
		return 0;
	if (strcmp(name, ".wh..wh..opq") == 0) {
		char *in = arena_strndup(u->arena, path, strlen(path) - strlen(name));
		in[strlen(in) - (*in != '\0')] = '\0';
		return make_opaque(u, dir, in, e) < 0 ? -1 : 1;
	}
	if (strncmp(name + 4, ".wh.", 4) == 0)
		return 1; /* of aufs, for itself */
	name += 4;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return err_set(e, EINVAL, "%s: takes nothing away that could be named", path);
	return zone_place_remove_tree(dir, name, e) < 0 ? -1 : 1;
}

/* ---- entries ---- */

static bool is_kept(const char *attribute)
{
	return strncmp(attribute, "user.", 5) == 0 || strcmp(attribute, "security.capability") == 0;
}

static int set_attributes(int fd, const struct tar_entry *f)
{
	const struct timespec times[2] = {{.tv_sec = f->mtime, .tv_nsec = f->mtime_ns},
					  {.tv_sec = f->mtime, .tv_nsec = f->mtime_ns}};
	if (fchown(fd, (uid_t)f->uid, (gid_t)f->gid) < 0 || fchmod(fd, f->mode) < 0)
		return -1;
	for (unsigned i = 0; i < f->nattrs; i++)
		if (is_kept(f->attrs[i].name) &&
		    fsetxattr(fd, f->attrs[i].name, f->attrs[i].value, f->attrs[i].n, 0) < 0 &&
		    errno != ENOTSUP)
			return -1;
	return futimens(fd, times);
}

static int set_attributes_at(int dir, const char *name, const struct tar_entry *f)
{
	const struct timespec times[2] = {{.tv_sec = f->mtime, .tv_nsec = f->mtime_ns},
					  {.tv_sec = f->mtime, .tv_nsec = f->mtime_ns}};
	if (fchownat(dir, name, (uid_t)f->uid, (gid_t)f->gid, AT_SYMLINK_NOFOLLOW) < 0 ||
	    (f->type == '6' && fchmodat(dir, name, f->mode, 0) < 0))
		return -1;
	return utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW);
}

static bool is_zero(const char *p, size_t n)
{
	return n && !*p && memcmp(p, p + 1, n - 1) == 0;
}

static int write_contents(struct unpack *u, int fd, const struct tar_entry *f, struct err *e)
{
	char block[65536];
	off_t at = 0;
	for (ssize_t n; (n = tar_read(u->tar, block, sizeof(block), e)) != 0; at += n) {
		if (n < 0 || take_bytes(u, (uint64_t)n, e) < 0)
			return -1;
		for (ssize_t done = 0, w; !is_zero(block, (size_t)n) && done < n; done += w)
			if ((w = pwrite(fd, block + done, (size_t)(n - done), at + done)) < 0)
				return err_sys(e, errno, "cannot write %s", f->path);
	}
	return ftruncate(fd, at) < 0 ? err_sys(e, errno, "cannot write %s", f->path) : 0;
}

static int make_regular(struct unpack *u, int dir, const char *name, const struct tar_entry *f,
			struct err *e)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, errno, "cannot make %s", f->path);
	int status = write_contents(u, fd, f, e);
	if (status == 0 && set_attributes(fd, f) < 0)
		status = err_sys(e, errno, "cannot make %s", f->path);
	close(fd);
	return status;
}

static int make_directory(struct unpack *u, int dir, const char *path, const char *name,
			  const struct tar_entry *f, struct err *e)
{
	if (mkdirat(dir, name, 0700) < 0 && errno != EEXIST)
		return err_sys(e, errno, "cannot make %s", f->path);
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int status =
	    fd < 0 || set_attributes(fd, f) < 0 ? err_sys(e, errno, "cannot make %s", f->path) : 0;
	if (fd >= 0)
		close(fd);
	*vec_push(&u->late, u->arena) = (struct late){arena_strdup(u->arena, path),
						      {.tv_sec = f->mtime, .tv_nsec = f->mtime_ns}};
	return status;
}

static int make_hard_link(struct unpack *u, int dir, const char *name, const struct tar_entry *f,
			  struct err *e)
{
	char target[TAR_PATH_MAX];
	const char *last;
	struct stat st;
	if (!tidy(f->link, target) || !*target)
		return err_set(e, EINVAL, "%s: a link out of the archive, to %s", f->path, f->link);
	int from = open_parent(u, target, &last, e);
	if (from < 0)
		return -1;
	int status = -1;
	if (fstatat(from, last, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    linkat(from, last, dir, name, 0) < 0)
		err_sys(e, errno, "cannot link %s to %s", f->path, f->link);
	else
		status = 0;
	close(from);
	return status;
}

/* What stands where an entry is to be: gone, unless both are directories. */
static int make_room(int dir, const char *name, const struct tar_entry *f, struct err *e)
{
	struct stat st;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : err_sys(e, errno, "cannot make %s", f->path);
	if (S_ISDIR(st.st_mode) && f->type == '5')
		return 0;
	return zone_place_remove_tree(dir, name, e);
}

static int make_entry(struct unpack *u, int dir, const char *path, const char *name,
		      const struct tar_entry *f, struct err *e)
{
	int status = 0;
	if (f->type == '3' || f->type == '4')
		return 0;
	if (make_room(dir, name, f, e) < 0)
		return -1;
	if (u->layer)
		*map_at(&u->made, path) = u;
	if (f->type == '0')
		return make_regular(u, dir, name, f, e);
	if (f->type == '5')
		return make_directory(u, dir, path, name, f, e);
	if (f->type == '1')
		return make_hard_link(u, dir, name, f, e);
	if (f->type == '2')
		status = symlinkat(f->link, dir, name);
	else
		status = mknodat(dir, name, S_IFIFO | 0600, 0);
	if (status == 0)
		status = set_attributes_at(dir, name, f);
	return status < 0 ? err_sys(e, errno, "cannot make %s", f->path) : 0;
}

static int unpack_entry(struct unpack *u, const struct tar_entry *f, struct err *e)
{
	char path[TAR_PATH_MAX];
	const char *name;
	/* Its head; there may be any number of entries without contents. */
	if (take_bytes(u, 512, e) < 0)
		return -1;
	if (!tidy(f->path, path))
		return err_set(e, EINVAL, "%s: climbs out of the archive", f->path);
	if (!*path) /* "./": the root's mode is not the archive's to say */
		return 0;
	int dir = open_parent(u, path, &name, e);
	if (dir < 0)
		return -1;
	int status = u->layer ? take_away(u, dir, path, name, e) : 0;
	if (status == 0)
		status = make_entry(u, dir, path, name, f, e);
	close(dir);
	return status < 0 ? -1 : 0;
}

static void set_late(struct unpack *u)
{
	for (size_t i = u->late.n; i-- > 0;) {
		const struct timespec times[2] = {u->late.at[i].mtime, u->late.at[i].mtime};
		int fd = open_in(u->to, u->late.at[i].path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
		if (fd >= 0) {
			(void)futimens(fd, times);
			close(fd);
		}
	}
}

int zone_unpack_tar(struct tar *t, int to, bool layer, struct err *e)
{
	struct unpack u = {
	    .tar = t, .to = to, .layer = layer, .arena = arena_new(), .left = most_bytes(to)};
	struct tar_entry *f = malloc(sizeof(*f));
	int got = -1;
	if (!u.arena || !f || arena_guard(u.arena)) {
		err_set(e, ENOMEM, "out of memory");
	} else {
		u.made.arena = u.arena;
		while ((got = tar_next(t, f, e)) > 0)
			if (unpack_entry(&u, f, e) < 0) {
				got = -1;
				break;
			}
		set_late(&u);
	}
	free(f);
	if (u.arena)
		arena_free(u.arena);
	return got;
}

/* ---- compressed ---- */

static const struct compression {
	const char *magic;
	size_t n;
	const char *program;
} compressions[] = {{"\x1f\x8b", 2, "gzip"},
		    {"\x28\xb5\x2f\xfd", 4, "zstd"},
		    {"\xfd"
		     "7zXZ\0",
		     6, "xz"},
		    {"BZh", 3, "bzip2"}};

static const char *program_for(int archive)
{
	char head[8];
	off_t at = lseek(archive, 0, SEEK_CUR);
	ssize_t n = at < 0 ? -1 : pread(archive, head, sizeof(head), at);
	for (size_t i = 0; i < sizeof(compressions) / sizeof(compressions[0]); i++)
		if (n >= (ssize_t)compressions[i].n &&
		    memcmp(head, compressions[i].magic, compressions[i].n) == 0)
			return compressions[i].program;
	return NULL;
}

/* It has the archive, a pipe, and the rights of nobody. */
_Noreturn static void decompress(const char *program, int archive, int to)
{
	enum { NOBODY = 65534 };
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (dup2(archive, 0) < 0 || dup2(to, 1) < 0 || syscall(SYS_close_range, 3, ~0u, 0) < 0 ||
	    setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(126);
	execlp(program, program, "-dc", (char *)NULL);
	_exit(127);
}

static ssize_t read_descriptor(void *of, void *to, size_t n)
{
	ssize_t got;
	while ((got = read(*(int *)of, to, n)) < 0 && errno == EINTR)
		;
	return got;
}

enum { TAIL_MAX = 16 << 20 }; /* what programs pad archives with is far less */

static int unpack_from(int fd, int to, bool layer, struct err *e)
{
	struct tar *t = malloc(sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	tar_init(t, read_descriptor, &fd);
	int status = zone_unpack_tar(t, to, layer, e);
	/* To the end, so that whoever writes it does not fail. */
	uint64_t left = TAIL_MAX;
	for (ssize_t n;
	     status == 0 && (n = read_descriptor(&fd, t->records, sizeof(t->records))) > 0;
	     left -= (uint64_t)n)
		if ((uint64_t)n > left)
			status = err_set(e, EFBIG, "it goes on behind its end");
	free(t);
	return status;
}

int zone_unpack(int archive, int to, bool layer, struct err *e)
{
	const char *program = program_for(archive);
	int p[2], how = 0;
	if (!program)
		return unpack_from(archive, to, layer, e);
	if (pipe2(p, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot make a pipe");
	pid_t pid = fork();
	if (pid == 0)
		decompress(program, archive, p[1]);
	close(p[1]);
	int status = pid < 0 ? err_sys(e, errno, "cannot fork") : unpack_from(p[0], to, layer, e);
	close(p[0]);
	while (pid > 0 && waitpid(pid, &how, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(how) && WEXITSTATUS(how) == 127)
		return err_set(e, ENOENT, "the archive is compressed by %s, which is not installed",
			       program);
	if (status == 0 && how != 0)
		return err_set(e, EINVAL, "the archive is damaged: %s failed", program);
	return status;
}
