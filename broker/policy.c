/*
 * policy.c - reading and asking the table of who may trace what; see policy.h
 */
#include "broker/policy.h"

#include <errno.h>
#include <fnmatch.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

struct reader {
	struct arena *a;
	const char *file;
	unsigned line;
	struct err *e;
};

static int wrong(const struct reader *r, const char *what, const char *word)
{
	return err_set(r->e, EINVAL, "%s:%u: %s: %s", r->file, r->line, what, word);
}

static bool number(const char *text, char **end, uint64_t *n)
{
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*n = strtoull(text, end, 10);
	return errno == 0;
}

static struct policy_who who(const char *word)
{
	uint64_t n;
	char *end;
	if (strcmp(word, "*") == 0)
		return (struct policy_who){.kind = WHO_ANYBODY, .name = word};
	if (number(word, &end, &n) && !*end && n <= UINT32_MAX)
		return (struct policy_who){.kind = WHO_USER, .id = (uint32_t)n, .name = word};
	const struct group *g = word[0] == '@' ? getgrnam(word + 1) : NULL;
	const struct passwd *u = word[0] == '@' ? NULL : getpwnam(word);
	if (g)
		return (struct policy_who){.kind = WHO_GROUP, .id = g->gr_gid, .name = word};
	if (u)
		return (struct policy_who){.kind = WHO_USER, .id = u->pw_uid, .name = word};
	return (struct policy_who){.kind = WHO_NOBODY, .name = word};
}

static bool add_probes(struct policy_row *row, struct arena *a, char *word)
{
	struct policy_probes *p = vec_push(&row->probes, a);
	unsigned n = 0;
	p->take_back = *word == '!';
	word += p->take_back;
	for (unsigned i = 0; i < 4; i++)
		p->part[i] = "";
	for (char *part; (part = strsep(&word, ":")); n++)
		if (n < 4)
			p->part[n] = part;
	return n <= 4;
}

/* unit: 1000 for counts, 1024 for bytes */
static bool quantity(const char *text, uint64_t unit, uint64_t *n)
{
	static const char letters[] = "kmg";
	char *end;
	if (!number(text, &end, n))
		return false;
	const char *l = *end ? strchr(letters, *end | 0x20) : NULL;
	for (int i = 0; l && i <= l - letters; i++)
		if (__builtin_mul_overflow(*n, unit, n))
			return false;
	return !*end || (l && !end[1]);
}

static bool interval(const char *text, uint64_t *ns)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	char *end;
	if (!number(text, &end, ns))
		return false;
	for (unsigned i = 0; i < 3; i++)
		if (strcmp(end, units[i].name) == 0)
			return !__builtin_mul_overflow(*ns, units[i].ns, ns);
	return false;
}

static bool actions(const char *text, bool *destructive)
{
	*destructive = strcmp(text, "destructive") == 0;
	return *destructive || strcmp(text, "none") == 0;
}

static int read_field(struct reader *r, struct policy_row *row, const char *name, char *value)
{
	bool ok = true;
	if (strcmp(name, "who") == 0) {
		for (char *word; (word = strsep(&value, ","));)
			*vec_push(&row->who, r->a) = who(word);
	} else if (strcmp(name, "probes") == 0) {
		for (char *word; (word = strsep(&value, ","));)
			ok &= add_probes(row, r->a, word);
	} else if (strcmp(name, "zone") == 0) {
		row->zone = value;
	} else if (strcmp(name, "actions") == 0) {
		ok = actions(value, &row->destructive);
	} else if (strcmp(name, "connections") == 0) {
		ok = quantity(value, 1000, &row->connections);
	} else if (strcmp(name, "sessions") == 0) {
		ok = quantity(value, 1000, &row->sessions);
	} else if (strcmp(name, "nprobes") == 0) {
		ok = quantity(value, 1000, &row->nprobes);
	} else if (strcmp(name, "maps") == 0) {
		ok = quantity(value, 1000, &row->maps);
	} else if (strcmp(name, "memory") == 0) {
		ok = quantity(value, 1024, &row->memory);
	} else if (strcmp(name, "rate") == 0) {
		ok = quantity(value, 1000, &row->rate);
	} else if (strcmp(name, "round") == 0) {
		ok = interval(value, &row->round_ns);
	} else {
		return wrong(r, "there is no such field", name);
	}
	return ok ? 0 : wrong(r, "no value for this field", name);
}

static int read_row(struct reader *r, struct policy *p, char *line)
{
	static const char blanks[] = " \t\r";
	char *save, *word = strtok_r(line, blanks, &save);
	struct policy_row *row = arena_new_of(r->a, struct policy_row);
	if (!word || *word == '#')
		return 0;
	row->allow = strcmp(word, "allow") == 0;
	if (!row->allow && strcmp(word, "deny") != 0)
		return wrong(r, "a row begins with allow or deny", word);
	row->zone = "global";
	row->connections = 16;
	row->sessions = 256;
	while ((word = strtok_r(NULL, blanks, &save)) && *word != '#') {
		char *value = strchr(word, '=');
		if (!value || !value[1])
			return wrong(r, "not of the form field=value", word);
		*value++ = '\0';
		if (read_field(r, row, word, value) < 0)
			return -1;
	}
	if (!row->who.n)
		return wrong(r, "a row must tell", "who");
	*vec_push(&p->rows, r->a) = row;
	return 0;
}

int policy_parse(struct policy *p, struct arena *a, const char *name, const char *text,
		 struct err *e)
{
	struct reader r = {.a = a, .file = name, .e = e};
	char *rest = arena_strdup(a, text);
	*p = (struct policy){0};
	for (char *line; (line = strsep(&rest, "\n"));) {
		r.line++;
		if (read_row(&r, p, line) < 0)
			return -1;
	}
	return 0;
}

/* ---- asking ---- */

static bool is_member(const struct peer *p, uint32_t gid)
{
	if (p->gid == gid)
		return true;
	for (unsigned i = 0; i < p->ngroups; i++)
		if (p->groups[i] == gid)
			return true;
	return false;
}

static bool is_meant(const struct policy_who *w, const struct peer *p)
{
	switch (w->kind) {
	case WHO_ANYBODY:
		return true;
	case WHO_USER:
		return p->uid == w->id;
	case WHO_GROUP:
		return is_member(p, w->id);
	case WHO_NOBODY:
		break;
	}
	return false;
}

const struct policy_row *policy_find(const struct policy *p, const struct peer *peer)
{
	for (size_t i = 0; peer->zone[0] && i < p->rows.n; i++) {
		const struct policy_row *row = p->rows.at[i];
		if (fnmatch(row->zone, peer->zone, 0) != 0)
			continue;
		for (size_t k = 0; k < row->who.n; k++)
			if (is_meant(&row->who.at[k], peer))
				return row;
	}
	return NULL;
}

bool policy_permits(const struct policy_row *row, const char *provider, const char *module,
		    const char *function, const char *name)
{
	const char *part[] = {provider, module, function, name};
	bool permits = false;
	for (size_t i = 0; i < row->probes.n; i++) {
		const struct policy_probes *p = &row->probes.at[i];
		bool fits = true;
		for (unsigned k = 0; fits && k < 4; k++)
			fits = !*p->part[k] || fnmatch(p->part[k], part[k], 0) == 0;
		permits = fits ? !p->take_back : permits;
	}
	return permits;
}
