/*
 * store.c - see store.h
 */
#include "zone/store.h"

#include "zone/event.h"
#include "zone/global.h"
#include "zone/step.h"

#include "zone/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

static const char *const states[ZONE_NSTATES] = {
    [ZONE_CONFIGURED] = "configured",
    [ZONE_INCOMPLETE] = "incomplete",
    [ZONE_INSTALLED] = "installed",
    [ZONE_READY] = "ready",
    [ZONE_RUNNING] = "running",
    [ZONE_SHUTTING_DOWN] = "shutting_down",
    [ZONE_DOWN] = "down",
};

const char *zone_state_name(enum zone_state s)
{
	return states[s];
}

/* ---- files ---- */

static const char *index_path(const struct zone_store *s)
{
	return arena_printf(s->arena, "%s/index", s->dir);
}

static const char *config_path(const struct zone_store *s, const char *name)
{
	return arena_printf(s->arena, "%s/%s.cfg", s->dir, name);
}

/* All of a file, in the arena; NULL and *e. */
static char *read_text(struct zone_store *s, const char *path, struct err *e)
{
	enum { CONFIG_MAX = 4 << 20 };
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(e, errno, "cannot read %s", path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	size_t size = (size_t)st.st_size, got = 0;
	char *text = size <= CONFIG_MAX ? arena_alloc(s->arena, size + 1) : NULL;
	ssize_t n = 0;
	while (text && got < size && (n = read(fd, text + got, size - got)) > 0)
		got += (size_t)n;
	int code = errno;
	close(fd);
	if (text && n >= 0)
		return text;
	err_sys(e, text ? code : EFBIG, "cannot read %s", path);
	return NULL;
}

/* These keep the order of a write and the rename that follows: after a crash of the machine there is
 * the old file or the new one. */
static bool must_sync(int fd)
{
	struct statfs fs;
	return fstatfs(fd, &fs) < 0 || (fs.f_type != EXT4_SUPER_MAGIC &&
					fs.f_type != BTRFS_SUPER_MAGIC && fs.f_type != TMPFS_MAGIC);
}

/* The whole file at once; with sync on the disk before it has its name. */
static int replace(struct zone_store *s, const char *path, const struct buf *text, bool sync,
		   struct err *e)
{
	const char *temp = arena_printf(s->arena, "%s.new", path);
	if (text->oom)
		return err_set(e, ENOMEM, "out of memory");
	int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return err_sys(e, errno, "cannot write %s", temp);
	bool ok = write(fd, text->p, text->n) == (ssize_t)text->n &&
		  (!(sync || must_sync(fd)) || fsync(fd) == 0);
	int code = ok ? 0 : errno ? errno : ENOSPC;
	if (close(fd) < 0 && ok)
		code = errno;
	zone_step("file written");
	if (!code && rename(temp, path) == 0)
		return 0;
	code = code ? code : errno;
	unlink(temp);
	return err_sys(e, code, "cannot write %s", path);
}

/* ---- the index ---- */

static int bad_line(const struct zone_store *s, unsigned line, struct err *e)
{
	return err_set(e, EINVAL, "%s/index, line %u: not \"name:state:path:uuid\"", s->dir, line);
}

static int add_line(struct zone_store *s, char *text, unsigned line, struct err *e)
{
	char *field[4], *p = text;
	struct err ignored;
	if (*text == '\0' || *text == '#')
		return 0;
	for (int i = 0; i < 4; i++) {
		field[i] = p;
		p = strchr(p, ':');
		if (!p && i < 3)
			return bad_line(s, line, e);
		if (p)
			*p++ = '\0';
	}
	struct zone_entry z = {.name = field[0], .path = field[2], .uuid = field[3]};
	for (z.state = 0; z.state <= ZONE_INSTALLED; z.state++)
		if (strcmp(states[z.state], field[1]) == 0)
			break;
	if (z.state > ZONE_INSTALLED || zone_name_check(z.name, &ignored) < 0)
		return bad_line(s, line, e);
	*vec_push(&s->entries, s->arena) = z;
	return 0;
}

static int read_index(struct zone_store *s, struct err *e)
{
	unsigned line = 1;
	s->entries.n = 0;
	if (access(index_path(s), F_OK) < 0 && errno == ENOENT)
		return 0;
	char *text = read_text(s, index_path(s), e);
	for (char *p = text, *nl; p && *p; p = nl ? nl + 1 : NULL, line++) {
		if ((nl = strchr(p, '\n')))
			*nl = '\0';
		if (add_line(s, p, line, e) < 0)
			return -1;
	}
	return text ? 0 : -1;
}

static int write_index(struct zone_store *s, bool sync, struct err *e)
{
	BUF_AUTO b = {0};
	for (size_t i = 0; i < s->entries.n; i++) {
		const struct zone_entry *z = &s->entries.at[i];
		buf_printf(&b, "%s:%s:%s:%s\n", z->name, states[z->state], z->path, z->uuid);
	}
	if (!b.n)
		buf_puts(&b, "# no zones\n");
	return replace(s, index_path(s), &b, sync, e);
}

int zone_store_open(struct zone_store *s, struct arena *a, const char *root, struct err *e)
{
	*s = (struct zone_store){.arena = a, .lock = -1};
	s->dir = arena_printf(a, "%s/etc/zones", root ? root : "");
	return read_index(s, e);
}

int zone_store_read(struct zone_store *s, struct err *e)
{
	return s->lock >= 0 ? 0 : read_index(s, e);
}

static int make_dirs(const struct zone_store *s, struct err *e)
{
	char *path = arena_strdup(s->arena, s->dir);
	for (char *p = strchr(path + 1, '/');; p = strchr(p + 1, '/')) {
		if (p)
			*p = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			return err_sys(e, errno, "cannot make %s", path);
		if (!p)
			return 0;
		*p = '/';
	}
}

int zone_store_lock(struct zone_store *s, struct err *e)
{
	if (s->lock >= 0)
		return 0;
	if (make_dirs(s, e) < 0)
		return -1;
	const char *path = arena_printf(s->arena, "%s/.lock", s->dir);
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0 || flock(s->lock, LOCK_EX) < 0) {
		err_sys(e, errno, "cannot lock %s", path);
		zone_store_unlock(s);
		return -1;
	}
	return read_index(s, e);
}

void zone_store_unlock(struct zone_store *s)
{
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}

void zone_store_close(struct zone_store *s)
{
	zone_store_unlock(s);
}

struct zone_entry *zone_store_find(struct zone_store *s, const char *name)
{
	for (size_t i = 0; i < s->entries.n; i++)
		if (strcmp(s->entries.at[i].name, name) == 0)
			return &s->entries.at[i];
	return NULL;
}

/* ---- zones ---- */

int zone_store_load(struct zone_store *s, const char *name, struct zone_config *z, struct err *e)
{
	const char *path = config_path(s, name);
	char *text = read_text(s, path, e);
	zone_config_init(z, s->arena, name);
	return text ? zone_read_commands(z, text, path, e) : -1;
}

/* The value of a line "set NAME=VALUE" where it is a plain word; NULL: another line, or no plain word. */
static const char *plain_value(struct arena *a, const char *line, size_t n, const char *name)
{
	size_t skip = strlen(name);
	if (n <= skip || strncmp(line, name, skip) != 0 ||
	    strcspn(line + skip, " \t;\\\"\n") != n - skip)
		return NULL;
	return arena_printf(a, "%.*s", (int)(n - skip), line + skip);
}

/* zone_export() writes the properties of the zone itself first, a line each; of a file that somebody wrote in
 * another way all is read. */
int zone_store_glance(struct zone_store *s, const char *name, struct zone_brief *b, struct err *e)
{
	const char *path = config_path(s, name), *begin = "create -b\n";
	char *text = read_text(s, path, e);
	*b = (struct zone_brief){0};
	if (!text)
		return -1;
	if (strncmp(text, begin, strlen(begin)) == 0)
		for (const char *p = text + strlen(begin); strncmp(p, "set ", 4) == 0;) {
			size_t n = strcspn(p, "\n");
			const char *brand = plain_value(s->arena, p, n, "set brand=");
			const char *ip = plain_value(s->arena, p, n, "set ip-type=");
			b->brand = brand ? brand : b->brand;
			b->ip_type = ip ? ip : b->ip_type;
			if (b->brand && b->ip_type)
				return 0;
			p += n + (p[n] == '\n');
		}
	struct zone_config z;
	zone_config_init(&z, s->arena, name);
	if (zone_read_commands(&z, text, path, e) < 0)
		return -1;
	*b = (struct zone_brief){zone_get(&z, "brand"), zone_get(&z, "ip-type")};
	return 0;
}

static void tell(struct zone_store *s, const char *name, enum zone_event_what what)
{
	struct zone_config z;
	struct err ignored = {0};
	if (zone_store_load(s, name, &z, &ignored) == 0)
		zone_event_send(&z, what);
}

static const char *new_uuid(struct zone_store *s)
{
	unsigned char b[16] = {0};
	if (getrandom(b, sizeof(b), 0) != (ssize_t)sizeof(b))
		return "";
	b[6] = (b[6] & 0x0f) | 0x40; /* RFC 4122: version 4, variant 1 */
	b[8] = (b[8] & 0x3f) | 0x80;
	return arena_printf(s->arena,
			    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10],
			    b[11], b[12], b[13], b[14], b[15]);
}

int zone_store_save(struct zone_store *s, const struct zone_config *z, const char *was,
		    struct err *e)
{
	BUF_AUTO text = {0};
	if (zone_is_global(z->name)) {
		buf_puts(&text, "create -b\n");
		zone_export(z, &text);
		return replace(s, config_path(s, z->name), &text, true, e);
	}
	struct zone_entry *entry = was ? zone_store_find(s, was) : NULL;
	if (was && !entry)
		return err_set(e, ENOENT, "%s: it has been deleted meanwhile", was);
	if ((!was || strcmp(was, z->name) != 0) && zone_store_find(s, z->name))
		return err_set(e, EEXIST, "%s: there is a zone of that name", z->name);
	zone_export(z, &text);
	if (replace(s, config_path(s, z->name), &text, true, e) < 0)
		return -1;
	if (!entry) {
		entry = vec_push(&s->entries, s->arena);
		*entry = (struct zone_entry){.state = ZONE_CONFIGURED, .uuid = new_uuid(s)};
	}
	entry->name = arena_strdup(s->arena, z->name);
	entry->path = arena_strdup(s->arena, zone_get(z, "zonepath"));
	if (write_index(s, true, e) < 0)
		return -1;
	if (was && strcmp(was, z->name) != 0)
		unlink(config_path(s, was));
	if (!was)
		zone_event_send(z, ZONE_EVENT_CONFIGURED);
	return 0;
}

int zone_store_delete(struct zone_store *s, const char *name, struct err *e)
{
	struct zone_entry *z = zone_store_find(s, name);
	if (!z)
		return err_set(e, ENOENT, "%s: no such zone", name);
	struct zone_config gone;
	struct err ignored = {0};
	bool known = zone_store_load(s, name, &gone, &ignored) == 0;
	*z = s->entries.at[--s->entries.n];
	if (write_index(s, true, e) < 0)
		return -1;
	unlink(config_path(s, name));
	if (known)
		zone_event_send(&gone, ZONE_EVENT_UNCONFIGURED);
	return 0;
}

int zone_store_set_state(struct zone_store *s, const char *name, enum zone_state state,
			 struct err *e)
{
	struct zone_entry *z = zone_store_find(s, name);
	if (!z)
		return err_set(e, ENOENT, "%s: no such zone", name);
	z->state = state;
	if (write_index(s, false, e) < 0)
		return -1;
	tell(s, name,
	     state == ZONE_CONFIGURED	? ZONE_EVENT_UNINSTALLED
	     : state == ZONE_INCOMPLETE ? ZONE_EVENT_INCOMPLETE
					: ZONE_EVENT_INSTALLED);
	return 0;
}
