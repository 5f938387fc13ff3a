/*
 * event.h - tells tracers what happens to a zone
 *
 * base/zone_event.h says how. Each costs a system call, and nothing more while nobody traces. Whoever is not
 * root tells nothing.
 */
#ifndef ZONE_EVENT_H
#define ZONE_EVENT_H

#include "base/zone_event.h"
#include "zone/config.h"

/* An event of the zone, which is not up: no id, no namespace, no reason. */
void zone_event_init(struct zone_event *ev, const struct zone_config *z);
void zone_event_reason(struct zone_event *ev, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void zone_event_tell(struct zone_event *ev, enum zone_event_what what);
/* Writes it to the file "event" of a directory, the working directory of the zone's supervisor, for whoever begins
 * to trace while the zone is up. */
void zone_event_keep(int dir, const struct zone_event *ev);
/* The same of a zone that is not up. */
void zone_event_send(const struct zone_config *z, enum zone_event_what what);

#endif
