/*
 * device.c - see device.h
 *
 * Version 1: Documentation/admin-guide/cgroup-v1/devices.rst. Version 2: struct bpf_cgroup_dev_ctx of
 * linux/bpf.h; the program compares type, major and minor with each device of the list in turn.
 */
#include "zone/device.h"

#include "zone/pick.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* null, zero, full, random, urandom, tty, ptmx, terminals. */
enum { ANY = -1 };
static const struct {
	int major, minor;
} usual[] = {{1, 3}, {1, 5}, {1, 7}, {1, 8}, {1, 9}, {5, 0}, {5, 2}, {136, ANY}};
enum { USUAL = sizeof(usual) / sizeof(usual[0]) };

/* ---- nodes ---- */

static int open_nodes(struct err *e)
{
	int fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC), mnt = -1;
	if (fs >= 0 && syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "size", "64k", 0) == 0 &&
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "mode", "0700", 0) == 0 &&
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mnt = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC,
				   MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	if (mnt < 0)
		err_sys(e, errno, "cannot make the zone's devices");
	if (fs >= 0)
		close(fs);
	return mnt;
}

static int add_node(struct zone_devices *d, const char *path, const struct stat *st, struct err *e)
{
	char name[16];
	unsigned k = d->n;
	for (unsigned i = 0; i < d->n; i++)
		if (strcmp(d->at[i].path, path) == 0)
			return 0;
	if (k == ZONE_DEVICES_MAX)
		return err_set(e, E2BIG, "device: more than %d devices match", ZONE_DEVICES_MAX);
	if (strlen(path) >= sizeof(d->at[k].path))
		return err_set(e, ENAMETOOLONG, "device %s: its name is too long", path);
	snprintf(d->at[k].path, sizeof(d->at[k].path), "%s", path);
	d->at[k].type = st->st_mode & S_IFMT;
	d->at[k].rdev = st->st_rdev;
	snprintf(name, sizeof(name), "%u", k);
	/* Read and write for who may, as outside; for nobody else. */
	if (mknodat(d->nodes, name, d->at[k].type, st->st_rdev) < 0 ||
	    fchmodat(d->nodes, name, st->st_mode & 0666, 0) < 0)
		return err_sys(e, errno, "device %s: cannot be made for the zone", path);
	d->n++;
	return 0;
}

static int add_matching(struct zone_devices *d, const char *match, struct err *e)
{
	glob_t g = {0};
	int status = 0;
	if (strncmp(match, "/dev/", 5) != 0 || strstr(match, "/../"))
		return err_set(e, EINVAL, "device: match %s is not below /dev", match);
	if (glob(match, GLOB_NOSORT, NULL, &g) == 0)
		for (size_t i = 0; i < g.gl_pathc && status == 0; i++) {
			struct stat st;
			if (stat(g.gl_pathv[i], &st) == 0 &&
			    (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)))
				status = add_node(d, g.gl_pathv[i], &st, e);
		}
	globfree(&g);
	return status;
}

int zone_devices_open(struct zone_devices *d, const struct zone_config *z, struct zone_mounts *m,
		      struct err *e)
{
	d->n = d->open = 0;
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *in = &z->instances.at[i];
		if (strcmp(in->type->name, "device") != 0)
			continue;
		if (d->nodes <= 0 && (d->nodes = open_nodes(e)) < 0)
			return -1;
		if (add_matching(d, zone_instance_get(in, "match"), e) < 0)
			return -1;
	}
	if (zone_pick(d->nodes, d->n, d->trees, e) < 0)
		return -1;
	d->open = d->n;
	for (unsigned i = 0; i < d->n; i++)
		if (zone_mounts_add_open(m, d->trees[i], d->at[i].path, e) < 0)
			return -1;
	return 0;
}

void zone_devices_close(struct zone_devices *d)
{
	for (unsigned i = 0; i < d->open; i++)
		close(d->trees[i]);
	if (d->nodes > 0)
		close(d->nodes);
	d->nodes = 0;
	d->n = d->open = 0;
}

/* ---- groups, version 1 ---- */

static int allow(const struct zone_cgroup *c, char type, int major, int minor, struct err *e)
{
	char text[64], number[16] = "*";
	if (minor != ANY)
		snprintf(number, sizeof(number), "%d", minor);
	snprintf(text, sizeof(text), "%c %d:%s rw", type, major, number);
	return zone_cgroup_write(c, "devices.allow", text, e);
}

static int limit_by_files(const struct zone_devices *d, const struct zone_cgroup *c, struct err *e)
{
	if (zone_cgroup_write(c, "devices.deny", "a", e) < 0)
		return -1;
	for (unsigned i = 0; i < USUAL; i++)
		if (allow(c, 'c', usual[i].major, usual[i].minor, e) < 0)
			return -1;
	for (unsigned i = 0; i < d->n; i++)
		if (allow(c, d->at[i].type == S_IFBLK ? 'b' : 'c', (int)major(d->at[i].rdev),
			  (int)minor(d->at[i].rdev), e) < 0)
			return -1;
	return 0;
}

/* ---- groups, version 2 ---- */

struct program {
	struct bpf_insn at[16 + 4 * (USUAL + ZONE_DEVICES_MAX)];
	unsigned n;
};

static void put(struct program *p, unsigned code, unsigned dst, unsigned src, int off, int imm)
{
	p->at[p->n++] = (struct bpf_insn){.code = (uint8_t)code,
					  .dst_reg = (uint8_t)(dst & 15),
					  .src_reg = (uint8_t)(src & 15),
					  .off = (int16_t)off,
					  .imm = imm};
}

enum { R_RESULT = BPF_REG_0, R_CTX = BPF_REG_1, R_TYPE, R_MAJOR, R_MINOR, R_ACCESS };

/* Returns 1 for a device of these numbers. */
static void put_device(struct program *p, int type, int major, int minor)
{
	int rest = minor == ANY ? 2 : 3;
	put(p, BPF_JMP | BPF_JNE | BPF_K, R_TYPE, 0, rest + 1, type);
	put(p, BPF_JMP | BPF_JNE | BPF_K, R_MAJOR, 0, rest, major);
	if (minor != ANY)
		put(p, BPF_JMP | BPF_JNE | BPF_K, R_MINOR, 0, rest - 1, minor);
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, R_RESULT, 0, 0, 1);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static void make_program(struct program *p, const struct zone_devices *d)
{
	p->n = 0;
	put(p, BPF_LDX | BPF_MEM | BPF_W, R_ACCESS, R_CTX,
	    offsetof(struct bpf_cgroup_dev_ctx, access_type), 0);
	put(p, BPF_LDX | BPF_MEM | BPF_W, R_MAJOR, R_CTX,
	    offsetof(struct bpf_cgroup_dev_ctx, major), 0);
	put(p, BPF_LDX | BPF_MEM | BPF_W, R_MINOR, R_CTX,
	    offsetof(struct bpf_cgroup_dev_ctx, minor), 0);
	put(p, BPF_ALU64 | BPF_MOV | BPF_X, R_TYPE, R_ACCESS, 0, 0);
	put(p, BPF_ALU64 | BPF_AND | BPF_K, R_TYPE, 0, 0, 0xffff);
	put(p, BPF_ALU64 | BPF_RSH | BPF_K, R_ACCESS, 0, 0, 16);
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, R_RESULT, 0, 0, 0);
	/* No node is made. */
	put(p, BPF_JMP | BPF_JSET | BPF_K, R_ACCESS, 0, 1, BPF_DEVCG_ACC_MKNOD);
	put(p, BPF_JMP | BPF_JA, 0, 0, 1, 0);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	for (unsigned i = 0; i < USUAL; i++)
		put_device(p, BPF_DEVCG_DEV_CHAR, usual[i].major, usual[i].minor);
	for (unsigned i = 0; i < d->n; i++)
		put_device(p, d->at[i].type == S_IFBLK ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR,
			   (int)major(d->at[i].rdev), (int)minor(d->at[i].rdev));
	put(p, BPF_ALU64 | BPF_MOV | BPF_K, R_RESULT, 0, 0, 0);
	put(p, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

static int bpf_(int command, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, command, attr, sizeof(*attr));
}

static int limit_by_program(const struct zone_devices *d, const struct zone_cgroup *c,
			    struct err *e)
{
	struct program p;
	make_program(&p, d);
	union bpf_attr load = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
			       .insns = (uintptr_t)p.at,
			       .insn_cnt = p.n,
			       .license = (uintptr_t) "Dual MIT/GPL"};
	int program = bpf_(BPF_PROG_LOAD, &load), status = -1;
	int group = open(c->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (program >= 0 && group >= 0) {
		union bpf_attr attach = {.attach_type = BPF_CGROUP_DEVICE};
		attach.target_fd = (uint32_t)group;
		attach.attach_bpf_fd = (uint32_t)program;
		/* A group that is left from a supervisor that was killed has one: replaced. */
		status = bpf_(BPF_PROG_ATTACH, &attach);
	}
	if (status < 0)
		err_sys(e, errno, "cannot limit the zone to its devices");
	if (program >= 0)
		close(program);
	if (group >= 0)
		close(group);
	return status;
}

int zone_devices_give(const struct zone_devices *d, const struct zone_cgroups *g, uid_t root,
		      struct err *e)
{
	char name[16];
	const struct zone_cgroup *c = zone_cgroups_of(g, "devices");
	for (unsigned i = 0; i < d->n; i++) {
		snprintf(name, sizeof(name), "%u", i);
		if (fchownat(d->nodes, name, root, root, AT_SYMLINK_NOFOLLOW) < 0)
			return err_sys(e, errno, "device %s: cannot be given to the zone",
				       d->at[i].path);
	}
	if (!c)
		return 0; /* the nodes are all that there is */
	return c->unified ? limit_by_program(d, c, e) : limit_by_files(d, c, e);
}
