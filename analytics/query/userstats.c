/*
 * userstats.c - the catalogue as it is told, and the statistics that users add to it
 *
 * Statistics are never freed while the hub lives: datasets point to them. One that is replaced or removed leaves
 * the list, and its memory waits for the hub's end.
 */
#include "analytics/query/hub_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 64 << 10, MAX_USER_STATS = 500 };

void hub_catalogue(struct hub *h, const char *scope, hub_stat_fn *fn, void *arg)
{
	pthread_mutex_lock(&h->lock);
	for (size_t i = 0; i < h->catalogue.stats.n; i++) {
		const struct metric_stat *s = &h->catalogue.stats.at[i];
		if (!scope || metric_field_find(s, "zone"))
			fn(arg, s);
	}
	pthread_mutex_unlock(&h->lock);
}

static bool in_use(const struct hub *h, const char *name)
{
	for (const struct dataset *d = h->datasets; d; d = d->next)
		if (strcmp(d->metric.stat->name, name) == 0)
			return true;
	return false;
}

/* Datasets hold pointers into the list, so it grows into a new one. */
static void list_insert(struct hub *h, const struct metric_stat *s)
{
	size_t n = h->catalogue.stats.n, at = 0;
	struct metric_stat *list = arena_array(h->arena, struct metric_stat, n + 1);
	while (at < n && strcmp(h->catalogue.stats.at[at].name, s->name) < 0)
		at++;
	memcpy(list, h->catalogue.stats.at, at * sizeof(*list));
	list[at] = *s;
	memcpy(list + at + 1, h->catalogue.stats.at + at, (n - at) * sizeof(*list));
	h->catalogue.stats.at = list;
	h->catalogue.stats.n = h->catalogue.stats.cap = n + 1;
}

static void list_remove(struct hub *h, const char *name)
{
	size_t n = h->catalogue.stats.n, kept = 0;
	struct metric_stat *list = arena_array(h->arena, struct metric_stat, n + 1);
	for (size_t i = 0; i < n; i++)
		if (strcmp(h->catalogue.stats.at[i].name, name) != 0)
			list[kept++] = h->catalogue.stats.at[i];
	h->catalogue.stats.at = list;
	h->catalogue.stats.n = h->catalogue.stats.cap = kept;
}

/* A text is a file of a statistic when its first word is a key. */
static int parse(struct hub *h, const char *name, const char *text, const char *title,
		 const char *unit, struct metric_stat *out, struct err *e)
{
	const char *p = text + strspn(text, " \t\r\n");
	if (strncmp(p, "name:", 5) != 0)
		return metric_user(name, text, title, unit, h->arena, out, e);
	if (catalogue_parse(h->arena, text, name, NULL, out, e) < 0)
		return -1;
	if (strcmp(out->name, name) != 0)
		return err_set(e, EINVAL, "the text is that of %s, not of %s", out->name, name);
	return 0;
}

static int check_name(const char *name, struct err *e)
{
	const char *word = strncmp(name, "user.", 5) == 0 ? name + 5 : "";
	if (*word < 'a' || *word > 'z' || strlen(word) > 64 ||
	    strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(word))
		return err_set(
		    e, EINVAL,
		    "\"%.80s\": a user's statistic is called user.WORD, of a-z, 0-9, _ and -",
		    name);
	return 0;
}

static int write_down(struct hub *h, const char *name, const char *text, const char *title,
		      const char *unit, struct err *e)
{
	sqlite3_stmt *st = db_prepare(h->db, "INSERT OR REPLACE INTO user_stat VALUES(?,?,?,?)", e);
	if (!st)
		return -1;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 2, text, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, title, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 4, unit, -1, SQLITE_STATIC);
	int got = sqlite3_step(st);
	sqlite3_finalize(st);
	return got == SQLITE_DONE ? 0 : db_error(h->db, name, e);
}

static int set_stat(struct hub *h, const char *name, const char *text, const char *title,
		    const char *unit, struct err *e)
{
	struct metric_stat s;
	const struct metric_stat *old = catalogue_find(&h->catalogue, name);
	unsigned users = 0;
	for (size_t i = 0; i < h->catalogue.stats.n; i++)
		users += strncmp(h->catalogue.stats.at[i].name, "user.", 5) == 0;
	if (!old && users >= MAX_USER_STATS)
		return err_set(e, ENOSPC, "there are %u statistics of users already", users);
	if (old && in_use(h, name))
		return err_set(e, EBUSY, "%s is used by a dataset: destroy that first", name);
	if (parse(h, name, text, title, unit, &s, e) < 0 ||
	    write_down(h, name, text, title, unit, e) < 0)
		return -1;
	if (old)
		list_remove(h, name);
	list_insert(h, &s);
	return 0;
}

int hub_user_stat_set(struct hub *h, const char *name, const char *text, const char *title,
		      const char *unit, struct err *e)
{
	if (check_name(name, e) < 0)
		return -1;
	if (strlen(text) > MAX_TEXT)
		return err_set(e, EINVAL, "the text has more than %d bytes", MAX_TEXT);
	pthread_mutex_lock(&h->lock);
	int status = set_stat(h, name, text, title, unit, e);
	pthread_mutex_unlock(&h->lock);
	return status;
}

int hub_user_stat_remove(struct hub *h, const char *name, struct err *e)
{
	int status = -1;
	pthread_mutex_lock(&h->lock);
	if (strncmp(name, "user.", 5) != 0 || !catalogue_find(&h->catalogue, name)) {
		err_set(e, ENOENT, "there is no statistic of a user's called \"%.80s\"", name);
	} else if (in_use(h, name)) {
		err_set(e, EBUSY, "%s is used by a dataset: destroy that first", name);
	} else {
		sqlite3_stmt *st = db_prepare(h->db, "DELETE FROM user_stat WHERE name = ?", e);
		if (st) {
			sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
			status = sqlite3_step(st) == SQLITE_DONE ? 0 : db_error(h->db, name, e);
			sqlite3_finalize(st);
		}
		if (status == 0)
			list_remove(h, name);
	}
	pthread_mutex_unlock(&h->lock);
	return status;
}

char *hub_user_stat_text(struct hub *h, const char *name, struct err *e)
{
	char *text = NULL;
	pthread_mutex_lock(&h->lock);
	sqlite3_stmt *st = db_prepare(h->db, "SELECT text FROM user_stat WHERE name = ?", e);
	if (st) {
		sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
		if (sqlite3_step(st) == SQLITE_ROW)
			text = strdup((const char *)sqlite3_column_text(st, 0));
		else
			err_set(e, ENOENT, "there is no statistic of a user's called \"%.80s\"",
				name);
		sqlite3_finalize(st);
	}
	pthread_mutex_unlock(&h->lock);
	return text;
}

int hub_user_stats_load(struct hub *h, struct err *e)
{
	sqlite3_stmt *st =
	    db_prepare(h->db, "SELECT name, text, title, unit FROM user_stat ORDER BY name", e);
	if (!st)
		return -1;
	while (sqlite3_step(st) == SQLITE_ROW) {
		struct metric_stat s;
		struct err why = {0};
		if (parse(h, (const char *)sqlite3_column_text(st, 0),
			  (const char *)sqlite3_column_text(st, 1),
			  (const char *)sqlite3_column_text(st, 2),
			  (const char *)sqlite3_column_text(st, 3), &s, &why) == 0)
			list_insert(h, &s);
	}
	sqlite3_finalize(st);
	return 0;
}
