/*
 * security.c - see security.h
 *
 * Names, and how sets are written: security-flags(7) and zonecfg(8) of illumos.
 */
#include "zone/security.h"

#include <errno.h>
#include <string.h>

enum { ASLR = 1, FORBIDNULLMAP = 2, NOEXECSTACK = 4, ALL = 7 };
enum { DEFAULT = ASLR };
static const struct {
	const char *name;
	unsigned flags;
} words[] = {{"aslr", ASLR},
	     {"forbidnullmap", FORBIDNULLMAP},
	     {"noexecstack", NOEXECSTACK},
	     {"all", ALL},
	     {"default", DEFAULT},
	     {"none", 0}};

/* A list with commas, "!" or "-" before what is not in it. */
static int read_set(const char *text, unsigned *set, struct err *e)
{
	*set = 0;
	for (const char *p = text; *p; p += strcspn(p, ","), p += *p == ',') {
		bool take = *p == '!' || *p == '-', found = false;
		p += take;
		size_t n = strcspn(p, ",");
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]) && !found; i++)
			if ((found =
				 strlen(words[i].name) == n && strncmp(words[i].name, p, n) == 0))
				*set = take ? *set & ~words[i].flags : *set | words[i].flags;
		if (!found)
			return err_set(e, EINVAL, "security-flags: there is no flag %.*s", (int)n,
				       p);
	}
	return 0;
}

struct sets {
	unsigned lower, begun, upper;
};

static int read_sets(const struct zone_instance *i, struct sets *s, struct err *e)
{
	const char *lower = zone_instance_get(i, "lower"), *begun = zone_instance_get(i, "default"),
		   *upper = zone_instance_get(i, "upper");
	if (read_set(lower ? lower : "none", &s->lower, e) < 0 ||
	    read_set(upper ? upper : "all", &s->upper, e) < 0 ||
	    read_set(begun ? begun : "default", &s->begun, e) < 0)
		return -1;
	if (!begun)
		s->begun = (s->begun & s->upper) | s->lower;
	return 0;
}

int zone_security_check(const struct zone_instance *i, struct err *e)
{
	struct sets s;
	if (read_sets(i, &s, e) < 0)
		return -1;
	if (s.lower & ~s.begun)
		return err_set(e, EINVAL, "security-flags: default must have what lower has");
	if (s.begun & ~s.upper)
		return err_set(e, EINVAL, "security-flags: upper must have what default has");
	return 0;
}

unsigned zone_security_of(const struct zone_config *z)
{
	struct sets s;
	struct err ignored;
	for (size_t i = 0; i < z->instances.n; i++) {
		const struct zone_instance *in = &z->instances.at[i];
		if (strcmp(in->type->name, "security-flags") != 0 ||
		    read_sets(in, &s, &ignored) < 0)
			continue;
		return (s.begun & ASLR ? 0 : ZONE_SECURITY_NO_ASLR) |
		       (s.lower & ASLR ? ZONE_SECURITY_KEEP_ASLR : 0) |
		       (s.lower & NOEXECSTACK ? ZONE_SECURITY_KEEP_STACK : 0);
	}
	return 0;
}
