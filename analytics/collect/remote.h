/*
 * remote.h - datasets of other hosts: a source that asks their analyticsd and adds up what they tell
 *
 * A name with the field "hostname" (catalogue.h) is asked, without it, of every host that it allows: one live stream for
 * each. What they tell of a second becomes one frame: by host, or added up over the hosts key by key and bucket by bucket
 * (levels in percent: the average over the hosts that have the key). The frame is given at the end of the next second,
 * without those that have not told by then, and says that it is partial; so a slow host keeps nobody waiting. A host that
 * cannot be reached is tried again, and the others go on.
 *
 * Seconds are numbered by our clock: that of a host that is more than a second off is told, and made up for.
 */
#ifndef COLLECT_REMOTE_H
#define COLLECT_REMOTE_H

#include "analytics/collect/source.h"

void remote_start(struct source *s);
void remote_end(struct source *s);
/* collect->hosts are others: those that are as they were go on, others begin, are asked anew or are given up. */
void remote_hosts(struct source *s);
/* The second has ended. */
void remote_second(struct source *s, int64_t second);

/* A proc_read_fn, arg: the collect. A row for each host that is asked: did it tell all that was asked for of the newest
 * second that was told on? */
void remote_read_hosts(struct proc_rows *out, void *arg);

/* One event of a live stream, `text` as openapi.yaml has it, into cells by text: for tests and fuzzing. 0, or -1: it makes no
 * sense, and nothing was taken. */
struct remote_slot;
int remote_take(struct remote_slot *to, const struct metric *m, const char *host, const char *text);
struct remote_slot *remote_slot_new(void);
void remote_slot_free(struct remote_slot *slot);

#endif
