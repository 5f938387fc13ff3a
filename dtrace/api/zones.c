/*
 * zones.c - see zones.h
 */
#include "dtrace/api/zones.h"

#include "base/clock.h"
#include "base/container.h"
#include "dtrace/kern/kern.h"
#include "dtrace/sym/process.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long a name is looked for: a container's first process is there before it is in its cgroup, a virtual machine's before it
 * has made the machine. */
enum { TRY_MS = 3000, ENTRIES_MIN = 256 };
enum { ANYWAY, UNLESS_THERE }; /* BPF_ANY, BPF_NOEXIST */

struct entry {			  /* of the tables, as we put it there */
	struct zone_key key, net; /* net: 0 where it is the system's */
	pid_t pid, parent;	  /* its first process, 0 when it is gone */
	pid_t supervisor;	  /* 0: none of ours */
	uint64_t try_until_ms;	  /* how long to look for its name; 0: no longer */
	bool machine;		  /* a virtual machine, or what may become one: pid is the key */
};
struct zone_table {
	struct zones *zones;
	int map_fd;
	const struct image_state *state;
	bool attached; /* programs tell of what begins */
	struct zone_table *next;
};
struct zones {
	struct zone_table *tables; /* of those that are attached, the first one's news are heard */
	struct zone_table *heard;
	struct zone_table *only;     /* that is being filled: the others have it all */
	uint64_t groups_made, begun; /* of its news, what has been looked at */
	ino_t own;		     /* the system's pid namespace */
	struct zone_key net;	     /* and its network namespace */
	struct entry *entries;
	size_t n, room, trying; /* trying: at most so many of them are without a name */
};

static void set(const struct zones *z, struct zone_key key, const struct zone_event *zone,
		uint64_t how)
{
	struct err ignored = {0};
	for (const struct zone_table *t = z->tables; t; t = t->next)
		if (!z->only || z->only == t)
			kern_map_update(t->map_fd, &key, zone, how, &ignored);
}

static struct zone_event event_of(const struct container *c)
{
	struct zone_event zone = {
	    .magic = ZONE_EVENT_MAGIC, .what = ZONE_EVENT_RUNNING, .id = c->id};
	memcpy(zone.name, c->name, sizeof(zone.name));
	memcpy(zone.brand, c->brand, sizeof(zone.brand));
	return zone;
}

struct zones *zones_new(void)
{
	struct stat st;
	struct zones *z = calloc(1, sizeof(*z));
	if (!z)
		return NULL;
	z->own = stat("/proc/self/ns/pid", &st) == 0 ? st.st_ino : 0;
	if (zone_key_of_net(1, &z->net) < 0 && zone_key_of_net(getpid(), &z->net) < 0)
		z->net = (struct zone_key){0};
	return z;
}

void zones_free(struct zones *z)
{
	if (z)
		free(z->entries);
	free(z);
}

struct zone_table *zones_join(struct zones *z, const struct image *image, struct loaded *l)
{
	const struct zone_event global = {.magic = ZONE_EVENT_MAGIC, .name = "global"};
	struct err ignored = {0};
	struct zone_table *t = z && image->zones_map ? calloc(1, sizeof(*t)) : NULL;
	if (!t)
		return NULL;
	*t = (struct zone_table){.zones = z,
				 .map_fd = load_map_fd(l, image->zones_map),
				 .state = load_state(l),
				 .next = z->tables};
	z->tables = t;
	if (z->net.ns)
		kern_map_update(t->map_fd, &z->net, &global, ANYWAY, &ignored);
	return t;
}

void zones_leave(struct zone_table *t)
{
	if (!t)
		return;
	struct zone_table **at = &t->zones->tables;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	if (t->zones->heard == t)
		t->zones->heard = NULL;
	free(t);
}

/* ---- entries of the table ---- */

static struct zone_key tagged(uint64_t number, uint64_t tag)
{
	return (struct zone_key){.ns = number | tag};
}

static void drop(const struct zones *z, struct zone_key key)
{
	for (const struct zone_table *t = key.ns ? z->tables : NULL; t; t = t->next)
		kern_map_delete(t->map_fd, &key);
}

/* Takes out what has ended. True: there is nothing left of it. */
static bool clean(const struct zones *z, struct entry *e)
{
	struct zone_key now;
	struct zone_event told;
	if (e->supervisor && zone_event_read(e->supervisor, &told) < 0) {
		drop(z, tagged((uint64_t)e->supervisor, IMAGE_ZONE_SUPERVISOR));
		e->supervisor = 0;
	}
	if (e->machine && e->pid && !process_exists(e->pid)) {
		drop(z, tagged((uint64_t)e->pid, IMAGE_ZONE_PROCESS));
		e->pid = 0;
	}
	if (!e->machine && e->pid &&
	    (zone_key_of(e->pid, &now) < 0 || memcmp(&now, &e->key, sizeof(now)) != 0)) {
		drop(z, e->key);
		drop(z, e->net);
		e->pid = 0;
	}
	return !e->pid && !e->supervisor;
}

/* Of all entries. */
static void clean_all(struct zones *z)
{
	size_t left = 0;
	for (size_t i = 0; i < z->n; i++)
		if (!clean(z, &z->entries[i]))
			z->entries[left++] = z->entries[i];
	z->n = left;
}

static struct entry *add_entry(struct zones *z)
{
	if (z->n == z->room) {
		clean_all(z);
		size_t room = z->n < ENTRIES_MIN / 2 ? ENTRIES_MIN : 2 * z->n;
		struct entry *grown = realloc(z->entries, room * sizeof(*grown));
		if (!grown)
			return NULL;
		z->entries = grown;
		z->room = room;
	}
	return &z->entries[z->n++];
}

/* ---- zones with a pid namespace: ours, and containers ---- */

static void put_at(const struct zones *z, const struct entry *e, const struct zone_event *zone,
		   uint64_t how)
{
	set(z, e->key, zone, how);
	if (e->net.ns)
		set(z, e->net, zone, how);
}

/* A zone of ours: its supervisor is the parent of its first process, and means this namespace. */
static bool told_by_supervisor(const struct entry *e, struct zone_event *zone)
{
	struct zone_event told;
	if (zone_event_read(e->parent, &told) < 0 ||
	    memcmp(&told.key, &e->key, sizeof(told.key)) != 0)
		return false;
	*zone = told;
	return true;
}

static void put_container(const struct zones *z, struct entry *e, uint64_t how)
{
	struct container c;
	if (container_of_namespace(e->pid, &c))
		e->try_until_ms = 0;
	else if (how == ANYWAY) /* nothing new */
		return;
	struct zone_event zone = event_of(&c);
	put_at(z, e, &zone, how);
}

/* Programs put a zone of ours there themselves when its supervisor tells of it, which it has written
 * down before: when that is not to be read after it was taken for another's, it was not told yet. */
static void put_namespace(const struct zones *z, struct entry *e, uint64_t how)
{
	struct zone_event zone;
	if (!told_by_supervisor(e, &zone)) {
		put_container(z, e, how);
		if (!told_by_supervisor(e, &zone))
			return;
	}
	e->supervisor = e->parent;
	e->try_until_ms = 0;
	put_at(z, e, &zone, ANYWAY);
	set(z, tagged((uint64_t)e->parent, IMAGE_ZONE_SUPERVISOR), &zone, UNLESS_THERE);
}

static struct entry *find_entry(const struct zones *z, pid_t pid, bool machine)
{
	for (size_t i = 0; i < z->n; i++)
		if (z->entries[i].pid == pid && z->entries[i].machine == machine)
			return &z->entries[i];
	return NULL;
}

/* The first process of a namespace. */
static void learn_first(struct zones *z, pid_t pid)
{
	char path[64];
	struct stat st;
	struct zone_key key;
	pid_t parent;
	if (!container_is_first(pid, &parent) || zone_key_of(pid, &key) < 0)
		return;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &st) < 0 || st.st_ino == z->own)
		return;
	struct entry *e = find_entry(z, pid, false); /* the same number: looked at once more */
	if (!e && !(e = add_entry(z)))
		return;
	*e = (struct entry){
	    .key = key, .pid = pid, .parent = parent, .try_until_ms = clock_ms() + TRY_MS};
	if (zone_key_of_net(pid, &e->net) == 0 && memcmp(&e->net, &z->net, sizeof(z->net)) == 0)
		e->net = (struct zone_key){0};
	put_namespace(z, e, UNLESS_THERE);
	z->trying++;
	if (clean(z, e)) /* it ended while we looked */
		*e = z->entries[--z->n];
}

/* ---- zones within the system's: virtual machines, control groups ---- */

static struct zone_key key_of_group(struct container_group g)
{
	return tagged(g.id, g.legacy ? IMAGE_ZONE_LEGACY : IMAGE_ZONE_GROUP);
}

/* The machine by its process, whose group is no zone as a whole. */
static void put_machine(const struct zones *z, struct entry *e)
{
	struct container c;
	struct container_group group = container_group_of(e->pid);
	if (!group.id || !container_of_kvm(e->pid, &c))
		return;
	struct zone_event zone = event_of(&c), mixed = {.what = ZONE_EVENT_MIXED};
	set(z, tagged((uint64_t)e->pid, IMAGE_ZONE_PROCESS), &zone, ANYWAY);
	set(z, key_of_group(group), &mixed, UNLESS_THERE);
	e->try_until_ms = 0;
}

/* A program that a process runs from now on: it may become a virtual machine. */
static void learn_program(struct zones *z, pid_t pid, const char *name)
{
	struct entry *e = container_is_monitor(name) ? find_entry(z, pid, true) : NULL;
	if (!container_is_monitor(name) || (!e && !(e = add_entry(z))))
		return;
	*e = (struct entry){.pid = pid, .try_until_ms = clock_ms() + TRY_MS, .machine = true};
	z->trying++;
	put_machine(z, e);
	if (clean(z, e))
		*e = z->entries[--z->n];
}

static void learn_group(void *arg, struct container_group group, const struct container *c)
{
	const struct zones *z = arg;
	if (c) {
		struct zone_event zone = event_of(c);
		set(z, key_of_group(group), &zone, ANYWAY);
	} else {
		drop(z, key_of_group(group));
	}
}

static void learn_groups(struct zones *z)
{
	container_groups_each(learn_group, z);
	for (size_t i = 0; i < z->n; i++) {
		struct entry *e = &z->entries[i];
		if (e->machine && e->pid)
			put_machine(z, e);
		else if (e->pid && !e->supervisor && !e->try_until_ms)
			put_container(z, e, ANYWAY);
	}
}

static int learn_one(void *arg, pid_t pid)
{
	char path[64], comm[32];
	learn_first(arg, pid);
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (kern_read_small(path, comm, sizeof(comm)) > 0)
		learn_program(arg, pid, comm);
	return 0;
}

/* ---- news ---- */

/* Everything there is, from here on by the news of one of those that are attached: of what it tells nothing has been
 * looked at, or all. */
static void learn_all(struct zones *z)
{
	for (z->heard = z->tables; z->heard && !z->heard->attached;)
		z->heard = z->heard->next;
	if (!z->heard)
		return;
	z->groups_made = __atomic_load_n(&z->heard->state->groups_made, __ATOMIC_ACQUIRE);
	z->begun = __atomic_load_n(&z->heard->state->nbegun, __ATOMIC_ACQUIRE);
	process_each(learn_one, z);
	learn_groups(z);
}

/* Processes that have begun since the last time; false: more than there is a note of. */
static bool learn_begun(struct zones *z)
{
	const struct image_state *state = z->heard->state;
	uint64_t n = __atomic_load_n(&state->nbegun, __ATOMIC_ACQUIRE);
	for (; z->begun < n; z->begun++) {
		uint64_t note =
		    __atomic_load_n(&state->begun[z->begun % IMAGE_BEGUN], __ATOMIC_ACQUIRE);
		uint32_t stamp = (uint32_t)(note >> 32), wanted = (uint32_t)(z->begun + 1);
		if ((int32_t)(stamp - wanted) > 0)
			return false;
		if (stamp != wanted) /* being written */
			break;
		learn_one(z, (pid_t)(uint32_t)note);
	}
	return true;
}

/* Looks again for names that were not to be had yet. */
static void try_again(struct zones *z)
{
	uint64_t now = clock_ms();
	z->trying = 0;
	for (size_t i = 0; i < z->n; i++) {
		struct entry *e = &z->entries[i];
		if (!e->pid || !e->try_until_ms)
			continue;
		if (now > e->try_until_ms) /* once more, however long nobody has asked */
			e->try_until_ms = 0;
		if (e->machine)
			put_machine(z, e);
		else
			put_namespace(z, e, ANYWAY);
		z->trying += e->try_until_ms != 0;
	}
}

/* What is known already goes into one more table. */
static void copy_all(struct zones *z, struct zone_table *t)
{
	z->only = t;
	for (size_t i = 0; i < z->n; i++)
		if (z->entries[i].machine)
			put_machine(z, &z->entries[i]);
		else if (z->entries[i].pid)
			put_namespace(z, &z->entries[i], UNLESS_THERE);
	learn_groups(z);
	z->only = NULL;
	clean_all(z); /* what ended meanwhile */
}

void zones_fill(struct zone_table *t)
{
	if (!t)
		return;
	t->attached = true;
	bool known = t->zones->heard != NULL;
	zones_name(t->zones);
	if (known)
		copy_all(t->zones, t);
}

void zones_name(struct zones *z)
{
	if (!z->heard || !learn_begun(z))
		learn_all(z);
	if (!z->heard)
		return;
	uint64_t made = __atomic_load_n(&z->heard->state->groups_made, __ATOMIC_ACQUIRE);
	if (made != z->groups_made)
		learn_groups(z);
	z->groups_made = made;
	if (z->trying)
		try_again(z);
}

/* ---- the zone of one process ---- */

/* Descriptor and number of the outermost pid namespace below ours that the process is in; ours when in none; -1:
 * unknown. */
static int outermost(pid_t pid, ino_t own, ino_t *ns)
{
	char path[64];
	struct stat st;
	int below = -1, at;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	for (at = open(path, O_RDONLY | O_CLOEXEC); at >= 0; at = ioctl(below, NS_GET_PARENT)) {
		bool known = fstat(at, &st) == 0;
		if (known && st.st_ino == own && below >= 0) {
			close(at);
			return below;
		}
		if (below >= 0)
			close(below);
		below = at;
		*ns = st.st_ino;
		if (known && st.st_ino == own)
			return at;
	}
	if (below >= 0)
		close(below);
	return -1;
}

struct search {
	ino_t ns;
	char *name;
	size_t size;
};

static bool take(const char *text, char *name, size_t size)
{
	return snprintf(name, size, "%s", text) < (int)size;
}

static int is_searched(void *arg, pid_t pid)
{
	const struct search *s = arg;
	struct entry e = {.pid = pid};
	struct zone_event zone;
	struct container c;
	struct stat st;
	char path[64];
	if (!container_is_first(pid, &e.parent) || zone_key_of(pid, &e.key) < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", (int)pid);
	if (stat(path, &st) < 0 || st.st_ino != s->ns)
		return 0;
	if (told_by_supervisor(&e, &zone))
		return take(zone.name, s->name, s->size);
	container_of_namespace(pid, &c);
	return take(c.name, s->name, s->size);
}

bool zones_name_of(pid_t pid, char *name, size_t size)
{
	struct stat st;
	ino_t ns;
	int fd = stat("/proc/self/ns/pid", &st) < 0 ? -1 : outermost(pid, st.st_ino, &ns);
	if (fd < 0)
		return false;
	close(fd);
	if (ns == st.st_ino)
		return take("global", name, size);
	struct search s = {.ns = ns, .name = name, .size = size};
	return process_each(is_searched, &s) != 0;
}

bool zones_made_by_root(pid_t pid)
{
	struct stat own, users, st;
	ino_t ns;
	uid_t owner = 1;
	int fd = stat("/proc/self/ns/pid", &own) < 0 ? -1 : outermost(pid, own.st_ino, &ns);
	int of = fd < 0 ? -1 : ioctl(fd, NS_GET_USERNS);
	bool ours = of >= 0 && stat("/proc/self/ns/user", &users) == 0 && fstat(of, &st) == 0 &&
		    st.st_ino == users.st_ino;
	bool made = of >= 0 && ioctl(of, NS_GET_OWNER_UID, &owner) == 0 && owner == 0;
	if (of >= 0)
		close(of);
	if (fd >= 0)
		close(fd);
	return ours || made;
}

/* ---- numbers of processes ---- */

enum { LEVELS = 32 }; /* as deep as pid namespaces go */

/* Its number in each namespace that it is in, ours first; how many. */
static int numbers_of(pid_t pid, int numbers[LEVELS])
{
	char path[64], text[8192], *end;
	int n = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	const char *p =
	    kern_read_small(path, text, sizeof(text)) > 0 ? strstr(text, "\nNSpid:") : NULL;
	for (p = p ? p + 7 : NULL; p && n < LEVELS; p = end) {
		numbers[n] = (int)strtol(p, &end, 10);
		if (end == p || *p == '\n')
			break;
		n++;
	}
	return n;
}

struct known {
	char zone[ZONE_EVENT_NAME];
	int level, number;
	pid_t found;
};

static int is_known_as(void *arg, pid_t pid)
{
	struct known *k = arg;
	char zone[ZONE_EVENT_NAME];
	int numbers[LEVELS];
	if (numbers_of(pid, numbers) <= k->level || numbers[k->level] != k->number ||
	    !zones_name_of(pid, zone, sizeof(zone)) || strcmp(zone, k->zone) != 0)
		return 0;
	k->found = pid;
	return 1;
}

pid_t zones_pid_of(pid_t knower, pid_t number)
{
	struct known k = {.number = number};
	int numbers[LEVELS];
	k.level = numbers_of(knower, numbers) - 1;
	if (k.level < 0 || !zones_name_of(knower, k.zone, sizeof(k.zone)))
		return 0;
	if (k.level > 0)
		process_each(is_known_as, &k);
	else
		k.found = number;
	return k.found;
}
