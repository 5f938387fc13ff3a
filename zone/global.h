/*
 * global.h - the configuration of the global zone: resource controls, and nothing else
 *
 * It is there without being made, and stored as /etc/zones/global.cfg once something of it is set; it is not in the
 * index. What is in no zone runs in no group of its own, except where priocntl(1) has made it share as one zone does:
 * that group has the configured cpu-shares.
 */
#ifndef ZONE_GLOBAL_H
#define ZONE_GLOBAL_H

#include "zone/store.h"

bool zone_is_global(const char *name);
/* What is stored, or else what it has unless told. */
int zone_global_load(struct zone_store *s, struct zone_config *z, struct err *e);
/* Is this property of a zone (or resource type) one of its own? */
bool zone_global_has(const char *name);
/* The lines of verify; how many. */
unsigned zone_global_verify(const struct zone_config *z, struct buf *out);
void zone_global_notes(const struct zone_config *z, struct buf *out);
/* Its cpu-shares below root; 1 unless told. */
uint64_t zone_global_shares(const char *root);

#endif
