#!/usr/bin/env -S dtrace -s
/*
 * zonemon.d - zones that boot and shut down
 *
 * usage: zonemon.d [ZONE]
 *
 * A line for each zone that was booted, rebooted or shut down, whoever did it, as it happens: WHEN, the ID it had, the ZONE, WHAT
 * happened and WHY. ZONE keeps one zone.
 *
 * example:
 *	# zonemon.d
 *	WHEN                   ID ZONE             WHAT       WHY
 *	2026 Nov 22 10:14:02    1 aap              booted
 *	2026 Nov 22 10:14:05    2 noot             booted
 *	2026 Nov 22 10:16:31    2 noot             shutdown   zoneadm halt
 *	2026 Nov 22 10:16:40    3 noot             booted
 *	2026 Nov 22 10:17:12    1 aap              rebooted   the zone rebooted itself
 *	2026 Nov 22 10:17:12    4 aap              booted     the zone rebooted itself
 *	2026 Nov 22 10:20:00    4 aap              shutdown   init was killed by signal 9
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%-20s %4s %-16s %-10s %s\n", "WHEN", "ID", "ZONE", "WHAT", "WHY");
}

zone:::running,
zone:::reboot,
zone:::halted
/$$1 == "" || args[0]->zone_name == $$1/
{
	printf("%-20Y %4d %-16s %-10s %s\n", walltimestamp, args[0]->zone_id, args[0]->zone_name,
	    probename == "running" ? "booted" : probename == "reboot" ? "rebooted" : "shutdown", args[0]->zone_reason);
}
