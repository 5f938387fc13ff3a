/*
 * analyticsd_sandbox.h - what analyticsd gives up before it does anything for anybody
 */
#ifndef CMD_ANALYTICSD_SANDBOX_H
#define CMD_ANALYTICSD_SANDBOX_H

#include "base/err.h"

/* When we are root: makes the data folder where it is missing, and becomes `user` (NULL: glasshouse where there is such a
 * user, else we stay what we are) with its groups and the group dtrace, whose members dtraced serves. *became: the user's
 * name, or NULL. -1 and *e: no such user, or the folder is not the user's. */
int sandbox_user(const char *user, const char *data_dir, const char **became, struct err *e);
/* For good, and for every thread and child that comes: no new privileges, and EPERM from system calls that a server has
 * no use for. */
int sandbox_calls(struct err *e);

#endif
