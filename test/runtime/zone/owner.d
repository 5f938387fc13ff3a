/*
 * What a zone asked for and others end is the zone's: a read of a disk (the zone has no disk: its input is one), a timer,
 * packets between its sockets; threads that it is the parent of.
 */
/* @needs: others setpriv task_kptr */
/* @run: test -x /usr/bin/python3 || { echo no /usr/bin/python3 to be had in a sparse zone; exit 77; }; $SRC/test/with-loop 16m 'sh owner.sh' */
#pragma D option quiet

dtrace:::BEGIN
{
	printf("begun\n");
}

io:::done
/args[1]->dev_statname == $$2/
{
	@[probename, zonename == $$1 && zoneid > 0 ? "the zone" : zonename] = count();
}

sdt:::hrtimer_expire_entry
/zonename == $$1/
{
	@["timer", "the zone"] = count();
}

tcp:::connect-established,
tcp:::send
/args[3]->tcps_rport == 27421/
{
	@[probename, args[1]->cs_zone == $$1 && args[1]->cs_zoneid > 0 ? "the zone" : args[1]->cs_zone] = count();
}

udp:::send
/args[4]->udp_dport == 27422/
{
	@[probename, args[1]->cs_zone == $$1 ? "the zone" : args[1]->cs_zone] = count();
}

proc:::create
/curpsinfo->pr_zone == $$1 && curpsinfo->pr_zoneid > 0/
{
	@[probename, args[0]->pr_zone == $$1 ? "the zone" : args[0]->pr_zone] = count();
}

dtrace:::END
{
	printa("%s %s %@d\n", @);
}
