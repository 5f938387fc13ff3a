/*
 * view.c - see view.h
 *
 * The protocol: fuse(4) and linux/fuse.h. Node 1 is the directory, node i + 2 the file i, whose
 * name is its number. Nothing is kept between requests.
 */
#include "zone/view.h"

#include "zone/pick.h"
#include "zone/rctl.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/fuse.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534, REQUEST_ROOM = 16384, FIRST_FILE = 2, KEPT_S = 3600 };

/* ---- answers ---- */

static void answer(int fd, uint64_t unique, int error, const void *p, size_t n)
{
	struct fuse_out_header h = {
	    .len = (uint32_t)(sizeof(h) + n), .error = -error, .unique = unique};
	struct iovec io[2] = {{&h, sizeof(h)}, {(void *)p, n}};
	ssize_t ignored = writev(fd, io, n ? 2 : 1);
	(void)ignored;
}

static struct fuse_attr attributes(uint64_t node)
{
	bool dir = node == FUSE_ROOT_ID;
	return (struct fuse_attr){.ino = node,
				  .mode = dir ? S_IFDIR | 0555 : S_IFREG | 0444,
				  .nlink = 1,
				  .blksize = 4096};
}

static void init(int fd, const struct fuse_in_header *h, const struct fuse_init_in *in)
{
	struct fuse_init_out out = {
	    .major = FUSE_KERNEL_VERSION,
	    .minor = in->minor < FUSE_KERNEL_MINOR_VERSION ? in->minor : FUSE_KERNEL_MINOR_VERSION,
	    .max_readahead = in->max_readahead,
	    .flags = in->flags & FUSE_DO_READDIRPLUS,
	    .max_background = 16,
	    .congestion_threshold = 12,
	    .max_write = 4096,
	    .time_gran = 1};
	answer(fd, h->unique, 0, &out, sizeof(out));
}

static struct fuse_entry_out entry(unsigned long i)
{
	return (struct fuse_entry_out){.nodeid = i + FIRST_FILE,
				       .entry_valid = KEPT_S,
				       .attr_valid = KEPT_S,
				       .attr = attributes(i + FIRST_FILE)};
}

static void lookup(int fd, const struct fuse_in_header *h, const char *name, size_t n)
{
	char *end = NULL;
	unsigned long i = n && name[n - 1] == '\0' ? strtoul(name, &end, 10) : ZONE_VIEWS;
	if (h->nodeid != FUSE_ROOT_ID || i >= ZONE_VIEWS || *end) {
		answer(fd, h->unique, ENOENT, NULL, 0);
		return;
	}
	struct fuse_entry_out out = entry(i);
	answer(fd, h->unique, 0, &out, sizeof(out));
}

/* Names with what a lookup of each would answer, so that nobody has to ask for one after the other. */
static void list(int fd, const struct fuse_in_header *h, const struct fuse_read_in *in)
{
	struct named {
		struct fuse_entry_out entry;
		uint64_t ino, off;
		uint32_t n, type;
		char name[8];
	} all[ZONE_VIEWS];
	_Static_assert(ZONE_VIEWS <= 10, "a name is one digit");
	_Static_assert(sizeof(struct named) ==
			   FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET_DIRENTPLUS + sizeof(all[0].name)),
		       "struct fuse_direntplus");
	bool first = h->nodeid == FUSE_ROOT_ID && in->offset == 0 && in->size >= sizeof(all);
	memset(all, 0, sizeof(all));
	for (unsigned i = 0; i < ZONE_VIEWS; i++)
		all[i] = (struct named){.entry = entry(i),
					.ino = i + FIRST_FILE,
					.off = i + 1,
					.n = 1,
					.type = S_IFREG >> 12,
					.name = {(char)('0' + i)}};
	answer(fd, h->unique, 0, first ? all : NULL, first ? sizeof(all) : 0);
}

static void read_file(int fd, const struct fuse_in_header *h, const struct fuse_read_in *in,
		      const struct zone_viewed *z)
{
	BUF_AUTO text = {0};
	if (h->nodeid < FIRST_FILE) {
		answer(fd, h->unique, EISDIR, NULL, 0);
		return;
	}
	zone_view_make(z, (unsigned)(h->nodeid - FIRST_FILE), &text);
	size_t from = in->offset < text.n ? (size_t)in->offset : text.n;
	size_t n = text.n - from < in->size ? text.n - from : in->size;
	answer(fd, h->unique, 0, n ? text.p + from : NULL, n);
}

static void serve_one(int fd, const char *request, size_t n, const struct zone_viewed *z)
{
	const struct fuse_in_header *h = (const void *)request;
	const void *body = request + sizeof(*h);
	size_t size = n - sizeof(*h);
	struct fuse_attr_out attr = {.attr_valid = KEPT_S, .attr = attributes(h->nodeid)};
	struct fuse_open_out open_ = {.open_flags = FOPEN_DIRECT_IO};
	struct fuse_statfs_out statfs = {.st = {.bsize = 4096, .namelen = 255}};
	switch (h->opcode) {
	case FUSE_INIT:
		if (size >= 16)
			init(fd, h, body);
		break;
	case FUSE_LOOKUP:
		lookup(fd, h, body, size);
		break;
	case FUSE_GETATTR:
		answer(fd, h->unique, 0, &attr, sizeof(attr));
		break;
	case FUSE_READDIRPLUS:
		if (size >= sizeof(struct fuse_read_in))
			list(fd, h, body);
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		answer(fd, h->unique, 0, &open_, sizeof(open_));
		break;
	case FUSE_READ:
		if (size >= sizeof(struct fuse_read_in))
			read_file(fd, h, body, z);
		break;
	case FUSE_STATFS:
		answer(fd, h->unique, 0, &statfs, sizeof(statfs));
		break;
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		answer(fd, h->unique, 0, NULL, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break; /* nobody waits for an answer */
	default:
		answer(fd, h->unique, ENOSYS, NULL, 0);
	}
}

/* ---- the process ---- */

/* Where only root may pass the root directory, one of its own, with what the files are made from: nobody else
 * would find that. */
static bool passable(void)
{
	static const char *const kept[] = {"proc", "sys"};
	struct stat st;
	if (stat("/", &st) == 0 && (st.st_mode & S_IXOTH))
		return true;
	int fs = -1, root = -1, trees[2] = {-1, -1};
	bool ok =
	    unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	for (int i = 0; ok && i < 2; i++) {
		trees[i] = (int)syscall(SYS_open_tree, AT_FDCWD, kept[i],
					OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
		ok = trees[i] >= 0;
	}
	ok = ok && (fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC)) >= 0 &&
	     syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "mode", "0755", 0) == 0 &&
	     syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0 &&
	     (root = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0)) >= 0 &&
	     syscall(SYS_move_mount, root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) == 0 &&
	     fchdir(root) == 0;
	for (int i = 0; ok && i < 2; i++)
		ok = mkdir(kept[i], 0755) == 0 && syscall(SYS_move_mount, trees[i], "", AT_FDCWD,
							  kept[i], MOVE_MOUNT_F_EMPTY_PATH) == 0;
	return ok && chroot(".") == 0 && syscall(SYS_close_range, 4, ~0u, 0) == 0;
}

_Noreturn static void serve(int device, pid_t parent, const struct zone_cgroups *g)
{
	_Alignas(8) char request[REQUEST_ROOM];
	struct zone_load load = {0};
	struct zone_viewed z = {.groups = g, .began = time(NULL), .load = &load};
	sigset_t none;
	if (dup2(device, 3) < 0 || syscall(SYS_close_range, 4, ~0u, 0) < 0 || chdir("/") < 0 ||
	    !passable() || setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		_exit(1);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	prctl(PR_SET_NAME, "zoneview", 0, 0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (getppid() != parent)
		_exit(1);
	struct buf first = {0};
	zone_view_make(&z, ZONE_VIEWS - 1, &first); /* load is counted from here */
	buf_fini(&first);
	for (;;) {
		ssize_t n = read(3, request, sizeof(request));
		if (n < 0 && (errno == EINTR || errno == ENOENT || errno == EAGAIN))
			continue;
		if (n < (ssize_t)sizeof(struct fuse_in_header))
			_exit(0);
		serve_one(3, request, (size_t)n, &z);
	}
}

/* ---- mounts ---- */

static int mount_device(int device)
{
	char number[16];
	const char *const options[][2] = {
	    {"fd", number}, {"rootmode", "40000"}, {"user_id", "0"}, {"group_id", "0"}};
	snprintf(number, sizeof(number), "%d", device);
	int fs = (int)syscall(SYS_fsopen, "fuse", FSOPEN_CLOEXEC), mnt = -1;
	bool ok = fs >= 0;
	for (size_t i = 0; ok && i < sizeof(options) / sizeof(options[0]); i++)
		ok = syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, options[i][0], options[i][1],
			     0) == 0;
	if (ok && syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, "allow_other", NULL, 0) == 0 &&
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
				   MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				       MOUNT_ATTR_NOEXEC);
	if (fs >= 0)
		close(fs);
	return mnt;
}

/* The kernel's first question, which is there as soon as there is a mount. */
static void greet(int device)
{
	struct pollfd p = {.fd = device, .events = POLLIN};
	/* Not on the stack, which stays as large as it once was. */
	char *request =
	    mmap(NULL, REQUEST_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (request == MAP_FAILED)
		return;
	ssize_t n = poll(&p, 1, 1000) == 1 ? read(device, request, REQUEST_ROOM) : -1;
	if (n >= (ssize_t)sizeof(struct fuse_in_header))
		serve_one(device, request, (size_t)n, NULL);
	munmap(request, REQUEST_ROOM);
}

static void start_server(struct zone_view *v, const struct zone_cgroups *g)
{
	pid_t self = getpid();
	int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	int mnt = device < 0 ? -1 : mount_device(device);
	if (mnt >= 0)
		greet(device);
	if (mnt >= 0 && (v->server = fork()) == 0)
		serve(device, self, g);
	if (v->server < 0)
		v->server = 0;
	/* Only the server has it now, so that what we look up fails when it dies, rather than waits for us. */
	if (device >= 0)
		close(device);
	v->whole = mnt > 0 ? mnt : 0;
}

/* All files at once: each that is looked up by itself takes the server's and our turn. */
static bool pick_files(struct zone_view *v)
{
	char names[1024];
	struct err ignored;
	int dir = v->server > 0 ? openat(v->whole, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (dir >= 0) {
		(void)syscall(SYS_getdents64, dir, names, sizeof(names));
		close(dir);
	}
	return v->server > 0 && zone_pick(v->whole, ZONE_VIEWS, v->trees, &ignored) == 0;
}

/* The directory of zonetools, beside where this program is: "zone" in what make builds, else
 * "../lib/glasshouse/zone" of bin or sbin. */
static int open_tools(void)
{
	static const char *const places[] = {"zone", "../zone", "../lib/glasshouse/zone"};
	struct mount_attr a = {.attr_set =
				   MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
	char self[512], path[1024];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int tree = -1;
	self[n > 0 ? n : 0] = '\0';
	if (strrchr(self, '/'))
		*strrchr(self, '/') = '\0';
	for (unsigned i = 0; tree < 0 && i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", self, places[i]);
		tree = (int)syscall(SYS_open_tree, AT_FDCWD, path,
				    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	}
	if (tree >= 0 && syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &a, sizeof(a)) < 0) {
		close(tree);
		tree = -1;
	}
	return tree;
}

static bool is_limited(const struct zone_config *z)
{
	static const char *const controls[] = {"max-physical-memory", "max-swap", "cpu-cap"};
	bool is = *zone_get(z, "pool");
	for (unsigned i = 0; i < 3; i++)
		is |= zone_rctl_configured(z, controls[i]) != ZONE_UNLIMITED;
	for (size_t i = 0; i < z->instances.n; i++)
		is |= strcmp(z->instances.at[i].type->name, "dedicated-cpu") == 0;
	return is;
}

/* The programs are there in any zone: before the system's own where these would tell of the machine, else behind them. */
void zone_view_plan(struct zone_view *v, const struct zone_config *z, struct zone_mounts *m)
{
	struct err ignored;
	unsigned before = v->first = m->nbinds;
	bool ok = true;
	v->limited = is_limited(z);
	for (unsigned i = 0; ok && v->limited && i < ZONE_VIEWS; i++)
		ok = zone_mounts_add_open(m, -1, zone_view_paths[i], &ignored) == 0;
	const char *tools = v->limited ? "/dev/zone" : "/dev/zonetools";
	v->planned = ok && zone_mounts_add_open(m, -1, tools, &ignored) == 0;
	if (!v->planned)
		m->nbinds = before;
}

void zone_view_start(struct zone_view *v, const struct zone_cgroups *g)
{
	if (v->planned && v->limited && !v->server)
		start_server(v, g);
}

void zone_view_open(struct zone_view *v, struct zone_mounts *m)
{
	if (!v->planned || v->opened)
		return;
	v->opened = true;
	if (v->limited && !pick_files(v)) {
		zone_view_stop(v);
		return;
	}
	int tools = open_tools();
	v->trees[ZONE_VIEWS] = tools > 0 ? tools : 0;
	for (unsigned i = v->limited ? 0 : ZONE_VIEWS, at = v->first; i <= ZONE_VIEWS; i++, at++)
		m->binds[at].tree = v->trees[i] > 0 ? v->trees[i] : -1;
}

void zone_view_close(struct zone_view *v)
{
	for (unsigned i = 0; i <= ZONE_VIEWS; i++) {
		if (v->trees[i] > 0)
			close(v->trees[i]);
		v->trees[i] = 0;
	}
}

void zone_view_release(struct zone_view *v)
{
	if (v->whole > 0)
		close(v->whole);
	v->whole = 0;
}

void zone_view_stop(struct zone_view *v)
{
	zone_view_close(v);
	zone_view_release(v);
	if (v->server > 0) {
		kill(v->server, SIGKILL);
		while (waitpid(v->server, NULL, 0) < 0 && errno == EINTR)
			;
	}
	v->server = 0;
	v->opened = false;
}
