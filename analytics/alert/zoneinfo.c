/*
 * zoneinfo.c - offsets from UTC by the files of /usr/share/zoneinfo
 *
 * The file (RFC 8536), big-endian: a header of 44 bytes ("TZif", version, 15 reserved, six counts), a block with
 * 32-bit times that is skipped, a second header, the block with 64-bit times, and between two newlines a rule as
 * POSIX writes TZ, for the time after the last transition. The system's files are not hostile, but damaged ones
 * must not be read past their end.
 */
#include "analytics/alert/zoneinfo.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

#define FOLDER "/usr/share/zoneinfo/"

enum { HEADER = 44, TYPE = 6, DAY_S = 86400, FILE_MAX = 1 << 20 };

/* Mm.w.d/time, or Jn, or n: when a part of the year begins. */
struct rule_date {
	int kind; /* 'M', 'J', or 'D' for n */
	int month, week, day;
	int time_s;
};

struct zoneinfo {
	size_t n;
	int64_t *at;   /* transitions, ascending */
	int32_t *east; /* offset from each on */
	int32_t first; /* before them */
	bool ruled, summer;
	int32_t standard_s, summer_s; /* offsets of the rule */
	struct rule_date begin, end;
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t be64(const uint8_t *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

/* ---- the rule ---- */

static const char *skip_name(const char *p)
{
	if (*p == '<') {
		p += strcspn(p, ">");
		return *p ? p + 1 : NULL;
	}
	const char *s = p;
	while (isalpha((unsigned char)*p))
		p++;
	return p - s >= 3 ? p : NULL;
}

/* [+-]hh[:mm[:ss]] */
static const char *rule_time(const char *p, int *out)
{
	int sign = *p == '-' ? -1 : 1, part[3] = {0}, n = 0;
	if (*p == '-' || *p == '+')
		p++;
	for (; n < 3; n++) {
		if (!isdigit((unsigned char)*p))
			return NULL;
		while (isdigit((unsigned char)*p) && part[n] < 1000)
			part[n] = part[n] * 10 + (*p++ - '0');
		if (*p != ':')
			break;
		p++;
	}
	if (part[0] > 167 || part[1] > 59 || part[2] > 59)
		return NULL;
	*out = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
	return p;
}

static const char *rule_date(const char *p, struct rule_date *d)
{
	int n = 0;
	d->time_s = 7200;
	if (*p == 'M') {
		d->kind = 'M';
		if (sscanf(p, "M%2d.%1d.%1d%n", &d->month, &d->week, &d->day, &n) != 3 ||
		    d->month < 1 || d->month > 12 || d->week < 1 || d->week > 5 || d->day < 0 ||
		    d->day > 6)
			return NULL;
	} else {
		d->kind = *p == 'J' ? 'J' : 'D';
		if (sscanf(p + (*p == 'J'), "%3d%n", &d->day, &n) != 1 || d->day < 0 ||
		    d->day > 366)
			return NULL;
		n += *p == 'J';
	}
	p += n;
	return *p == '/' ? rule_time(p + 1, &d->time_s) : p;
}

/* CET-1CEST,M3.5.0,M10.5.0/3: what is written is west of UTC. */
static int parse_rule(struct zoneinfo *z, const char *p)
{
	int west;
	if (!*p)
		return 0;
	if (!(p = skip_name(p)) || !(p = rule_time(p, &west)))
		return -1;
	z->standard_s = -west;
	z->ruled = true;
	if (!*p)
		return 0;
	if (!(p = skip_name(p)))
		return -1;
	z->summer_s = z->standard_s + 3600;
	if (*p && *p != ',') {
		if (!(p = rule_time(p, &west)))
			return -1;
		z->summer_s = -west;
	}
	if (*p != ',' || !(p = rule_date(p + 1, &z->begin)) || *p != ',' ||
	    !(p = rule_date(p + 1, &z->end)) || *p)
		return -1;
	z->summer = true;
	return 0;
}

static bool leap(int64_t y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* Days from 1970-01-01 to the first of January of a year. */
static int64_t year_day(int64_t y)
{
	int64_t p = y - 1;
	return 365 * (y - 1970) + (p / 4 - 492) - (p / 100 - 19) + (p / 400 - 4);
}

/* Local time, in seconds since 1970, at which the date of a rule falls in a year. */
static int64_t rule_when(const struct rule_date *d, int64_t year)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	int64_t start = year_day(year), day;
	if (d->kind == 'M') {
		int64_t first = start + before[d->month - 1] + (d->month > 2 && leap(year));
		int64_t length =
		    before[d->month] - before[d->month - 1] + (d->month == 2 && leap(year));
		int64_t weekday = ((first + 4) % 7 + 7) % 7;
		int64_t offset = (d->day - weekday + 7) % 7 + 7 * (d->week - 1);
		day = first + (offset >= length ? offset - 7 : offset);
	} else if (d->kind == 'J') {
		day = start + d->day - 1 + (leap(year) && d->day >= 60);
	} else {
		day = start + d->day;
	}
	return day * DAY_S + d->time_s;
}

static int rule_offset(const struct zoneinfo *z, int64_t t)
{
	if (!z->summer)
		return z->standard_s;
	int64_t local = t + z->standard_s, year = 1970 + local / (365 * DAY_S + DAY_S / 4);
	while (year_day(year + 1) * DAY_S <= local)
		year++;
	while (year_day(year) * DAY_S > local)
		year--;
	int64_t begin = rule_when(&z->begin, year) - z->standard_s,
		end = rule_when(&z->end, year) - z->summer_s;
	bool summer = begin < end ? t >= begin && t < end : t >= begin || t < end;
	return summer ? z->summer_s : z->standard_s;
}

/* ---- the file ---- */

struct counts {
	uint32_t isut, isstd, leaps, times, types, chars;
};

static int read_header(const uint8_t *p, size_t n, struct counts *c)
{
	if (n < HEADER || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
		return -1;
	uint32_t v[6];
	for (int i = 0; i < 6; i++)
		if ((v[i] = be32(p + 20 + 4 * i)) > FILE_MAX)
			return -1;
	*c = (struct counts){v[0], v[1], v[2], v[3], v[4], v[5]};
	return c->types ? 0 : -1;
}

static size_t block_size(const struct counts *c, size_t time_size)
{
	return c->times * (time_size + 1) + c->types * (size_t)TYPE + c->chars +
	       c->leaps * (time_size + 4) + c->isstd + c->isut;
}

static int read_block(struct zoneinfo *z, const uint8_t *p, const struct counts *c)
{
	const uint8_t *index = p + c->times * 8, *types = index + c->times;
	z->at = calloc(c->times + 1, sizeof(*z->at));
	z->east = calloc(c->times + 1, sizeof(*z->east));
	if (!z->at || !z->east)
		return -1;
	z->n = c->times;
	z->first = (int32_t)be32(types);
	for (size_t i = 0; i < z->n; i++) {
		if (index[i] >= c->types)
			return -1;
		z->at[i] = be64(p + 8 * i);
		z->east[i] = (int32_t)be32(types + index[i] * TYPE);
	}
	return 0;
}

static int parse(struct zoneinfo *z, const uint8_t *p, size_t n)
{
	struct counts c;
	if (read_header(p, n, &c) < 0)
		return -1;
	size_t skip = HEADER + block_size(&c, 4);
	if (skip > n || read_header(p + skip, n - skip, &c) < 0)
		return -1;
	p += skip + HEADER;
	n -= skip + HEADER;
	size_t size = block_size(&c, 8);
	if (size > n || read_block(z, p, &c) < 0)
		return -1;
	p += size;
	n -= size;
	char rule[128] = "";
	const uint8_t *end = n > 1 ? memchr(p + 1, '\n', n - 1) : NULL;
	if (n < 2 || *p != '\n' || !end || (size_t)(end - p) > sizeof(rule))
		return -1;
	memcpy(rule, p + 1, (size_t)(end - p) - 1);
	return parse_rule(z, rule);
}

struct zoneinfo *zoneinfo_parse(const void *bytes, size_t n, struct err *e)
{
	struct zoneinfo *z = calloc(1, sizeof(*z));
	if (z && parse(z, bytes, n) == 0)
		return z;
	zoneinfo_free(z);
	err_set(e, EINVAL, "not a time zone file of version 2 or later");
	return NULL;
}

void zoneinfo_free(struct zoneinfo *z)
{
	if (!z)
		return;
	free(z->at);
	free(z->east);
	free(z);
}

static bool well_named(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_+-/", *p))
			return false;
	return *name && *name != '/' && strlen(name) < 64;
}

bool zoneinfo_exists(const char *name)
{
	char path[128];
	struct stat st;
	if (strcmp(name, "UTC") == 0)
		return true;
	if (!well_named(name))
		return false;
	snprintf(path, sizeof(path), FOLDER "%s", name);
	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

struct zoneinfo *zoneinfo_load(const char *name, struct err *e)
{
	char path[128], part[4096];
	if (strcmp(name, "UTC") == 0)
		return calloc(1, sizeof(struct zoneinfo));
	if (!well_named(name)) {
		err_set(e, EINVAL, "'%s' is not the name of a time zone", name);
		return NULL;
	}
	snprintf(path, sizeof(path), FOLDER "%s", name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err_sys(e, errno, "%s", path);
		return NULL;
	}
	BUF_AUTO all = {0};
	ssize_t got;
	while ((got = read(fd, part, sizeof(part))) > 0 && all.n < FILE_MAX)
		buf_add(&all, part, (size_t)got);
	close(fd);
	struct zoneinfo *z = zoneinfo_parse(buf_str(&all), all.n, e);
	if (!z)
		err_wrap(e, "%s", path);
	return z;
}

int zoneinfo_offset(const struct zoneinfo *z, int64_t t)
{
	size_t lo = 0, hi = z->n;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (z->at[mid] <= t)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == z->n && z->ruled)
		return rule_offset(z, t);
	return lo ? z->east[lo - 1] : z->first;
}
