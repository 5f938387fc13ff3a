/*
 * sysid.h - the answers for a zone's first boot: /etc/sysidcfg, sysidcfg(5) of illumos
 *
 *	keyword=value			one or more on a line, '#' comments; values may be quoted
 *	keyword=value {key=value ...}	what belongs to it, over several lines where wanted
 *
 * hostname (of network_interface), root_password (encrypted), timezone, system_locale and name_service become files
 * of the zone; what else there is to ask for is read and has no effect, addresses are zonecfg's. A file
 * that was applied is renamed to sysidcfg.applied.
 */
#ifndef ZONE_SYSID_H
#define ZONE_SYSID_H

#include "base/err.h"

#include <stdbool.h>

enum { SYSID_SERVERS = 3, SYSID_NAME = 65, SYSID_TEXT = 256 };
struct zone_sysid { /* "" = not told */
	char hostname[SYSID_NAME], timezone[SYSID_NAME], locale[SYSID_NAME];
	char password[SYSID_TEXT];
	bool none, dns; /* name_service */
	char domain[SYSID_TEXT], search[SYSID_TEXT];
	char servers[SYSID_SERVERS][SYSID_NAME];
	unsigned nservers;
};
/* -1 and *e, which names the line. */
int zone_sysid_parse(const char *text, struct zone_sysid *s, struct err *e);
/* Within a zone whose root is "/" and as its root user, before anything of the zone runs: applies a file
 * that is new; hostname: the zone's
 * own, if answers were ever applied, else left alone. -1 and *e when the file is wrong: then
 * nothing is changed. */
int zone_sysid_apply(char hostname[SYSID_NAME], struct err *e);
/* In the same place: what gethostid(3) is to say there, up to 8 hexadecimal digits; "" leaves it alone. */
int zone_sysid_hostid(const char *digits, struct err *e);

#endif
