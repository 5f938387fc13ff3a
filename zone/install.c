/*
 * install.c - see install.h
 *
 * Archives are unpacked (unpack.c) in a process whose mounts are all read-only but for the new zone's
 * directory: a link planted in an archive leads nowhere that could be written.
 */
#include "zone/install.h"

#include "zone/copy.h"
#include "zone/image.h"
#include "zone/layers.h"
#include "zone/place.h"
#include "zone/program.h"
#include "zone/rootfs.h"
#include "zone/step.h"
#include "zone/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

unsigned zone_verify_place(const struct zone_config *z, const char *root, struct buf *out)
{
	const char *path = zone_get(z, "zonepath");
	struct err e = {0};
	struct stat st;
	unsigned wrong = 0;
	int dir = zone_place_open(root, path, false, &e);
	if (dir < 0) {
		if (e.code == ENOENT)
			return 0;
		buf_printf(out, "%s\n", e.text);
		return 1;
	}
	if (fstat(dir, &st) == 0) {
		if (st.st_uid != 0 && ++wrong)
			buf_printf(out, "%s must be owned by root.\n", path);
		if ((st.st_mode & 0700) != 0700 && ++wrong)
			buf_printf(out, "%s must be readable, writable and executable by owner.\n",
				   path);
		if ((st.st_mode & 0077) && ++wrong)
			buf_printf(out, "%s must not be open to group or world.\n", path);
	}
	close(dir);
	return wrong;
}

/* ---- copying ---- */

/* All of the file system read-only, but for the directory of descriptor `to`; goes there. It is
 * reached over a mount of its own, which hangs nowhere and so stays as it is. */
static int confine(int to)
{
	struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
	int tree = (int)syscall(SYS_open_tree, to, "",
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	if (tree < 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return -1;
	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &readonly, sizeof(readonly)) <
	    0)
		return -1;
	return fchdir(tree);
}

static int unpack_within(int dir, int archive, const struct zone_source *from, struct buf *program,
			 struct err *e)
{
	if (from->kind == ZONE_FROM_IMAGE)
		return zone_image_unpack(from->path, dir, from->tag, program, e);
	int to = zone_place_child(dir, "root", e);
	int status = to < 0 ? -1 : zone_unpack(archive, to, false, e);
	if (to >= 0)
		close(to);
	return status;
}

/* "+", and the program of an image; or what went wrong. */
_Noreturn static void unpack_alone(int dir, int archive, const struct zone_source *from, int told)
{
	struct err e = {0};
	struct buf said = {0};
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	buf_putc(&said, '+');
	if (confine(dir) < 0)
		err_sys(&e, errno, "cannot keep the archive within the zonepath");
	int here = e.code ? -1 : open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = here >= 0 && unpack_within(here, archive, from, &said, &e) == 0;
	const char *text = ok ? buf_str(&said) : e.text;
	_exit(write(told, text, strlen(text)) < 0 || !ok);
}

/* In a process that can write nothing but the zonepath, should the unpacking be led astray. */
static int unpack_confined(int dir, int archive, const struct zone_source *from, struct err *e)
{
	BUF_AUTO text = {0};
	char part[4096];
	int told[2], status;
	if (pipe2(told, O_CLOEXEC) < 0)
		return err_sys(e, errno, "cannot make a pipe");
	pid_t child = fork();
	if (child == 0)
		unpack_alone(dir, archive, from, told[1]);
	close(told[1]);
	for (ssize_t got;
	     text.n < ZONE_PROGRAM_TEXT && (got = read(told[0], part, sizeof(part))) > 0;)
		buf_add(&text, part, (size_t)got);
	close(told[0]);
	if (child < 0)
		return err_sys(e, errno, "cannot fork");
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	const char *said = buf_str(&text);
	if (status != 0 || *said != '+')
		return err_set(e, EIO, "%s: %s", from->path, *said ? said : "cannot be unpacked");
	if (said[1] && zone_place_write(dir, "program", said + 1, e) < 0)
		return -1;
	if (from->program)
		buf_puts(from->program, said + 1);
	return 0;
}

/* Into "root" of the zonepath. */
static int copy_from(int dir, const struct zone_source *from, struct err *e)
{
	bool copy = from->kind == ZONE_FROM_DIR;
	int in = open(from->path, O_RDONLY | O_CLOEXEC | (copy ? O_DIRECTORY : 0));
	if (in < 0)
		return err_sys(e, errno, "cannot read %s", from->path);
	int to = zone_place_child(dir, "root", e), status = -1;
	if (to >= 0 && !copy)
		status = unpack_confined(dir, in, from, e);
	else if (to >= 0 &&
		 (status = zone_copy_tree(in, to, &(struct zone_copying){.mounts = true}, e)) < 0)
		err_wrap(e, "%s", from->path);
	if (to >= 0)
		close(to);
	close(in);
	return status;
}

/* ---- who is asked for names ---- */

#define NAMES(hosts) "passwd: files\ngroup: files\nshadow: files\nhosts: " hosts "\n"
#define NAMES_FILES  NAMES("files")
#define NAMES_DNS    NAMES("files dns")

/* Of what the answers of the first boot choose from: sysidcfg(5). */
static int write_choices(int to, struct err *e)
{
	int etc = zone_place_child(to, "etc", e);
	if (etc < 0)
		return -1;
	int status = zone_place_write(etc, "nsswitch.files", NAMES_FILES, e);
	if (status == 0)
		status = zone_place_write(etc, "nsswitch.dns", NAMES_DNS, e);
	close(etc);
	return status;
}

/* ---- Debian ---- */

/* What /etc/os-release calls itself, "bookworm"; in text. */
static const char *own_release(char text[64])
{
	FILE *f = fopen("/etc/os-release", "re");
	bool found = false;
	while (f && !found && fgets(text, 64, f))
		found = strncmp(text, "VERSION_CODENAME=", 17) == 0;
	if (f)
		fclose(f);
	text[strcspn(text, "\n")] = '\0';
	return found ? text + 17 : NULL;
}

/* debootstrap(8) fetches and unpacks it. It is told where by a descriptor: no link in the zonepath
 * leads it elsewhere. */
static int run_debootstrap(int dir, const struct zone_source *from, struct err *e)
{
	char target[64], text[64];
	const char *release = from->path ? from->path : own_release(text);
	int status, to = zone_place_child(dir, "root", e);
	if (to < 0)
		return -1;
	if (!release)
		return err_set(e, EINVAL, "which release of Debian? install -t debian -r RELEASE");
	snprintf(target, sizeof(target), "/proc/%d/fd/%d", (int)getpid(), to);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
		/* Its chatter is no answer to the command. */
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execlp("debootstrap", "debootstrap", "--variant=minbase", release, target,
		       (char *)NULL);
		_exit(127);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	close(to);
	if (child < 0)
		return err_sys(e, errno, "cannot fork");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(e, ENOENT, "debootstrap is not installed");
	return status == 0 ? 0 : err_set(e, EIO, "debootstrap of %s failed", release);
}

/* ---- a sparse zone ---- */

static int write_etc(int etc, struct err *e)
{
	if (zone_place_write(etc, "passwd",
			     "root:x:0:0:root:/root:/bin/sh\n"
			     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
			     e) < 0 ||
	    zone_place_write(etc, "group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n", e) < 0)
		return -1;
	return zone_place_write(etc, "nsswitch.conf", NAMES_DNS, e);
}

static int make_skeleton(int to, struct err *e)
{
	static const char *const dirs[] = {"dev",     "etc", "home", "proc", "root",	"run",
					   "sys",     "tmp", "usr",  "var",  "var/log", "var/tmp",
					   "var/lib", "srv", "mnt",  "opt",  "media"};
	static const char *const merged[] = {"bin", "sbin", "lib", "lib64", "lib32"};
	char target[32];
	struct stat st;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (mkdirat(to, dirs[i], 0755) < 0 && errno != EEXIST)
			return err_sys(e, errno, "cannot make %s", dirs[i]);
	for (size_t i = 0; i < sizeof(merged) / sizeof(merged[0]); i++) {
		snprintf(target, sizeof(target), "/usr/%s", merged[i]);
		if (stat(target, &st) == 0 && symlinkat(target + 1, to, merged[i]) < 0 &&
		    errno != EEXIST)
			return err_sys(e, errno, "cannot make %s", merged[i]);
	}
	fchmodat(to, "tmp", 01777, 0);
	fchmodat(to, "var/tmp", 01777, 0);
	fchmodat(to, "root", 0700, 0);
	int etc = zone_place_child(to, "etc", e);
	if (etc < 0)
		return -1;
	int status = write_etc(etc, e);
	close(etc);
	return status;
}

/* ---- install and uninstall ---- */

static int make_files(int dir, int to, const struct zone_source *from, struct err *e)
{
	bool sparse = from->kind == ZONE_SPARSE, debian = from->kind == ZONE_FROM_DEBIAN;
	int status = sparse   ? make_skeleton(to, e)
		     : debian ? run_debootstrap(dir, from, e)
			      : copy_from(dir, from, e);
	return status == 0 && (sparse || debian) ? write_choices(to, e) : status;
}

static int install_below(int dir, const struct zone_source *from, struct err *e)
{
	if (zone_rootfs_make(dir, e) < 0)
		return -1;
	zone_step("install: root made");
	int to = zone_place_child(dir, "root", e);
	if (to < 0)
		return -1;
	int status = make_files(dir, to, from, e);
	zone_step("install: files made");
	/* An archive may bring "." with a mode of its own; the zone's users must get in. */
	if (status == 0 && (fchown(to, 0, 0) < 0 || fchmod(to, 0755) < 0))
		status = err_sys(e, errno, "cannot set the mode of the zone's root");
	if (status == 0 && from->kind == ZONE_SPARSE)
		status = zone_place_write(dir, "sparse", "/usr\n", e);
	close(to);
	return status;
}

int zone_install(const struct zone_config *z, const char *root, const struct zone_source *from,
		 struct err *e)
{
	int dir = zone_place_open(root, zone_get(z, "zonepath"), true, e);
	if (dir < 0)
		return -1;
	zone_step("install: zonepath made");
	int status = install_below(dir, from, e);
	close(dir);
	return status;
}

int zone_uninstall(const char *zonepath, const char *root, struct err *e)
{
	int dir = zone_place_open(root, zonepath, false, e);
	if (dir < 0)
		return e->code == ENOENT ? 0 : -1;
	int status = zone_rootfs_remove(dir, e);
	zone_step("uninstall: root removed");
	if (status == 0)
		status = zone_layers_release(root, dir, e);
	zone_step("uninstall: layers released");
	if (status == 0)
		status = zone_place_empty(dir, e);
	close(dir);
	zone_step("uninstall: zonepath emptied");
	if (status == 0 && zone_place_remove(root, zonepath) < 0)
		status = err_sys(e, errno, "cannot remove %s", zonepath);
	return status;
}
