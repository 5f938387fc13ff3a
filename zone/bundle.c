/*
 * bundle.c - zones as OCI bundles (runtime-spec 1.0): config.json and a copy of the root
 *
 * What a zone has and a bundle cannot say is left out: users of its own (the files of the copy
 * belong to whom they belong in the zone), networks and pools.
 */
#include "zone/image.h"

#include "zone/copy.h"
#include "zone/place.h"
#include "zone/priv.h"
#include "zone/program.h"
#include "zone/rctl.h"
#include "zone/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* By their numbers: capabilities(7). */
static const char *const capabilities[] = {"CHOWN",
					   "DAC_OVERRIDE",
					   "DAC_READ_SEARCH",
					   "FOWNER",
					   "FSETID",
					   "KILL",
					   "SETGID",
					   "SETUID",
					   "SETPCAP",
					   "LINUX_IMMUTABLE",
					   "NET_BIND_SERVICE",
					   "NET_BROADCAST",
					   "NET_ADMIN",
					   "NET_RAW",
					   "IPC_LOCK",
					   "IPC_OWNER",
					   "SYS_MODULE",
					   "SYS_RAWIO",
					   "SYS_CHROOT",
					   "SYS_PTRACE",
					   "SYS_PACCT",
					   "SYS_ADMIN",
					   "SYS_BOOT",
					   "SYS_NICE",
					   "SYS_RESOURCE",
					   "SYS_TIME",
					   "SYS_TTY_CONFIG",
					   "MKNOD",
					   "LEASE",
					   "AUDIT_WRITE",
					   "AUDIT_CONTROL",
					   "SETFCAP",
					   "MAC_OVERRIDE",
					   "MAC_ADMIN",
					   "SYSLOG",
					   "WAKE_ALARM",
					   "BLOCK_SUSPEND",
					   "AUDIT_READ",
					   "PERFMON",
					   "BPF",
					   "CHECKPOINT_RESTORE"};

static json_t *kept_capabilities(const struct zone_config *z)
{
	uint64_t kept = zone_priv_kept(z);
	json_t *all = json_array();
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		if (kept >> i & 1)
			json_array_append_new(all, json_sprintf("CAP_%s", capabilities[i]));
	return all;
}

/* The program of bootargs, "-i init argument ...", or of the image that the zone comes from, or /sbin/init. */
static json_t *program(const struct zone_config *z, const struct zone_program *p)
{
	char *text = strdup(zone_get(z, "bootargs")), *rest = text, *word;
	json_t *all = json_array();
	bool init = text && strncmp(text, "-i ", 3) == 0;
	for (unsigned i = 0; !init && i < p->nargs; i++)
		json_array_append_new(all, json_string(p->args[i]));
	if (!init && !p->nargs)
		json_array_append_new(all, json_string("/sbin/init"));
	if (init)
		rest += 3;
	while (text && (init || !p->nargs) && (word = strsep(&rest, " ")))
		if (*word)
			json_array_append_new(all, json_string(word));
	free(text);
	return all;
}

static json_t *environment(const struct zone_program *p)
{
	json_t *all = json_array();
	bool path = false;
	for (unsigned i = 0; i < p->nenv; i++) {
		path |= strncmp(p->env[i], "PATH=", 5) == 0;
		json_array_append_new(all, json_string(p->env[i]));
	}
	if (!path)
		json_array_append_new(all, json_string("PATH=/usr/sbin:/usr/bin:/sbin:/bin"));
	json_array_append_new(all, json_string("container=zone"));
	return all;
}

static json_t *process(const struct zone_config *z, const struct zone_program *program_of)
{
	unsigned uid = 0, gid = 0;
	json_t *kept = kept_capabilities(z);
	/* Names are the zone's to tell; numbers can be said. */
	if (program_of->user)
		(void)sscanf(program_of->user, "%u:%u", &uid, &gid);
	json_t *p = json_pack("{s:b, s:{s:i, s:i}, s:o, s:o, s:s, s:{s:O, s:O, s:O}, s:b}",
			      "terminal", 0, "user", "uid", uid, "gid", gid, "args",
			      program(z, program_of), "env", environment(program_of), "cwd",
			      program_of->cwd ? program_of->cwd : "/", "capabilities", "bounding",
			      kept, "effective", kept, "permitted", kept, "noNewPrivileges", 0);
	json_decref(kept);
	return p;
}

static void add_mount(json_t *all, const char *at, const char *type, const char *from,
		      const char *options)
{
	char text[128], *rest = text, *word;
	json_t *list = json_array();
	snprintf(text, sizeof(text), "%s", options);
	while ((word = strsep(&rest, ",")))
		json_array_append_new(list, json_string(word));
	json_array_append_new(all, json_pack("{s:s, s:s, s:s, s:o}", "destination", at, "type",
					     type, "source", from, "options", list));
}

static json_t *mounts(const struct zone_config *z, bool sparse)
{
	json_t *all = json_array();
	add_mount(all, "/proc", "proc", "proc", "nosuid,noexec,nodev");
	add_mount(all, "/dev", "tmpfs", "tmpfs", "nosuid,mode=755,size=1m");
	add_mount(all, "/dev/pts", "devpts", "devpts",
		  "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5");
	add_mount(all, "/dev/shm", "tmpfs", "shm", "nosuid,noexec,nodev,mode=1777");
	add_mount(all, "/sys", "sysfs", "sysfs", "nosuid,noexec,nodev,ro");
	if (sparse)
		add_mount(all, "/usr", "bind", "/usr", "rbind,nodev,ro");
	for (size_t k = 0; k < z->instances.n; k++) {
		const struct zone_instance *i = &z->instances.at[k];
		const char *dir = zone_instance_get(i, "dir");
		if (strcmp(i->type->name, "inherit-pkg-dir") == 0)
			add_mount(all, dir, "bind", dir, "rbind,nodev,ro");
		else if (strcmp(i->type->name, "fs") == 0)
			add_mount(all, dir, "bind", zone_instance_get(i, "special"), "rbind,nodev");
	}
	return all;
}

static void set_limit(json_t *to, const char *key, const struct zone_config *z, const char *name,
		      uint64_t factor)
{
	uint64_t v = zone_rctl_configured(z, name);
	if (v != ZONE_UNLIMITED && v <= INT64_MAX / factor)
		json_object_set_new(to, key, json_integer((json_int_t)(v * factor)));
}

static json_t *resources(const struct zone_config *z)
{
	json_t *memory = json_object(), *cpu = json_object(), *pids = json_object();
	set_limit(memory, "limit", z, "max-physical-memory", 1);
	set_limit(memory, "swap", z, "max-swap", 1);
	set_limit(cpu, "shares", z, "cpu-shares", 1024);
	set_limit(cpu, "quota", z, "cpu-cap", 1000);
	if (json_object_get(cpu, "quota"))
		json_object_set_new(cpu, "period", json_integer(100000));
	set_limit(pids, "limit", z, "max-lwps", 1);
	json_t *r = json_pack("{s:[{s:b, s:s}]}", "devices", "allow", 0, "access", "rwm");
	const struct {
		const char *key;
		json_t *value;
	} all[] = {{"memory", memory}, {"cpu", cpu}, {"pids", pids}};
	for (int i = 0; i < 3; i++)
		if (json_object_size(all[i].value))
			json_object_set_new(r, all[i].key, all[i].value);
		else
			json_decref(all[i].value);
	return r;
}

static json_t *annotations(const struct zone_config *z)
{
	json_t *all = json_object();
	for (size_t k = 0; k < z->instances.n; k++) {
		const struct zone_instance *i = &z->instances.at[k];
		if (strcmp(i->type->name, "attr") == 0)
			json_object_set_new(all, zone_instance_get(i, "name"),
					    json_string(zone_instance_get(i, "value")));
	}
	return all;
}

static json_t *configuration(const struct zone_config *z, const struct zone_program *p, bool sparse)
{
	static const char *const spaces[] = {"pid", "network", "ipc", "uts", "mount", "cgroup"};
	json_t *namespaces = json_array();
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		json_array_append_new(namespaces, json_pack("{s:s}", "type", spaces[i]));
	return json_pack("{s:s, s:o, s:{s:s, s:b}, s:s, s:o, s:o, s:{s:o, s:o, s:[s, s, s, s, s], "
			 "s:[s, s, s, s, "
			 "s]}}",
			 "ociVersion", "1.0.2", "process", process(z, p), "root", "path", "rootfs",
			 "readonly", 0, "hostname", z->name, "mounts", mounts(z, sparse),
			 "annotations", annotations(z), "linux", "namespaces", namespaces,
			 "resources", resources(z), "maskedPaths", "/proc/kcore", "/proc/keys",
			 "/proc/timer_list", "/proc/kallsyms", "/sys/firmware", "readonlyPaths",
			 "/proc/sys", "/proc/irq", "/proc/bus", "/proc/fs", "/proc/sysrq-trigger");
}

static int write_configuration(const struct zone_config *z, int dir, bool sparse, int to,
			       struct err *e)
{
	struct zone_program p;
	if (zone_program_load(&p, dir, e) < 0)
		return -1;
	json_t *j = configuration(z, &p, sparse);
	char *text = j ? json_dumps(j, JSON_INDENT(2)) : NULL;
	int status = text ? zone_place_write(to, "config.json", text, e)
			  : err_set(e, ENOMEM, "out of memory");
	free(text);
	json_decref(j);
	zone_program_free(&p);
	return status;
}

static int copy_root(const char *root, int dir, int to, struct err *e)
{
	const struct zone_ids none = {.userns = -1};
	struct zone_rootfs from;
	int status = -1, files = -1;
	if (zone_rootfs_mount(&from, root, dir, &none, MOUNT_ATTR_RDONLY, e) == 0 &&
	    (mkdirat(to, "rootfs", 0755) == 0 || err_sys(e, errno, "cannot make rootfs") == 0) &&
	    (files = zone_place_child(to, "rootfs", e)) >= 0) {
		status = zone_copy_tree(from.tree, files, &(struct zone_copying){0}, e);
		close(files);
	}
	zone_rootfs_close(&from);
	return status;
}

int zone_image_export(const struct zone_config *z, const char *root, const char *path,
		      struct err *e)
{
	struct stat st;
	struct err ignored;
	int dir = zone_place_open(root, zone_get(z, "zonepath"), false, e), to = -1;
	if (dir < 0)
		return -1;
	bool sparse = fstatat(dir, "sparse", &st, AT_SYMLINK_NOFOLLOW) == 0;
	if (mkdir(path, 0700) < 0 || (to = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		err_sys(e, errno, "cannot make %s", path);
	int status = to < 0 ? -1 : copy_root(root, dir, to, e);
	if (status == 0)
		status = write_configuration(z, dir, sparse, to, e);
	if (to >= 0 && status < 0) {
		(void)zone_place_empty(to, &ignored);
		rmdir(path);
	}
	if (to >= 0)
		close(to);
	close(dir);
	return status;
}
