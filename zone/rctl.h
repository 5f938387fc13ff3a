/*
 * rctl.h - resource controls of zones: zone.* of resource_controls(7)
 *
 * The limit that counts is the kernel's, in a file of a control group, a setting of the zone's IPC namespace or
 * a limit of its processes; nothing is kept beside it. Configurations name controls in three ways
 * (rctl resources, properties, capped-* resources), which are read into the same table.
 */
#ifndef ZONE_RCTL_H
#define ZONE_RCTL_H

#include "zone/cgroup.h"
#include "zone/config.h"

#define ZONE_UNLIMITED UINT64_MAX

struct zone_limited { /* whose limits: a zone that is up; init 0: the global zone, which has none */
	const struct zone_cgroups *groups;
	pid_t init;
};
enum zone_rctl_flags {
	RCTL_BYTES = 1,	 /* else a count */
	RCTL_DENY = 2,	 /* refuses; else it only divides what there is */
	RCTL_EVENTS = 4, /* refusals are counted: zone_rctl_refusals() */
};
struct zone_rctl {
	const char *name; /* without "zone." */
	unsigned flags;	  /* of enum zone_rctl_flags */
	uint64_t most;	  /* the system's limit */
	/* 1 and *v; 0 = no limit is set; -1 = cannot be known here */
	int (*get)(const struct zone_limited *l, uint64_t *v);
	/* v ZONE_UNLIMITED takes the limit away; NULL: cannot be changed while the zone is up */
	int (*set)(const struct zone_limited *l, uint64_t v, struct err *e);
	int (*usage)(const struct zone_limited *l, uint64_t *v); /* as get; NULL = not counted */
};
extern const struct zone_rctl zone_rctls[]; /* ends with a NULL name */
/* name: with "zone." or without. NULL when there is none. */
const struct zone_rctl *zone_rctl_find(const char *name);

/* The limit that a configuration sets for a control; ZONE_UNLIMITED = none. */
uint64_t zone_rctl_configured(const struct zone_config *z, const char *name);
/* Sets all limits of the configuration on a zone that is being made, and takes those away that it does
 * not have. */
int zone_rctl_apply(const struct zone_limited *l, const struct zone_config *z, struct err *e);
/* How often a limit was met since the zone was made; -1 = not counted here. */
long long zone_rctl_refusals(const struct zone_limited *l, const struct zone_rctl *r);
/* "512m", "1.5G", "65536": a number with a factor of 1024 (bytes) or 1000. */
int zone_rctl_read_value(const char *text, bool bytes, uint64_t *v, struct err *e);
/* As prctl(1) shows it: "65.5K", "16.0EB". */
void zone_rctl_show_value(uint64_t v, bool bytes, char *text, size_t room);

#endif
