/*
 * reaper.h - a zone's first process where its files have none that could run
 */
#ifndef ZONE_REAPER_H
#define ZONE_REAPER_H

/* In a zone's first process, which has become the zone's for good: waits for whoever nobody waits for, ends by SIGTERM
 * and by what init(8) and shutdown(8) write to /run/initctl. */
_Noreturn void zone_reaper_run(void);

#endif
