/*
 * step.h - the steps of what is done in several, named so that a test can break it off between any two
 *
 * Whatever changes files or processes of a zone calls zone_step() where a kill would leave something
 * half-done. With GLASSHOUSE_KILL_AT=NAME in the environment the process that comes there kills
 * itself with SIGKILL, as somebody else could at that moment.
 */
#ifndef ZONE_STEP_H
#define ZONE_STEP_H

void zone_step(const char *name);

#endif
