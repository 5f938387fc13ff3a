/*
 * Whoever is in a zone seems to be in that one, whatever it does about it: unshares and joins namespaces, forks twice, makes
 * containers of its own, takes another's name; in a zone that was up before and in one that came, in a container of others.
 * A new zone is known from its first instruction on; a number that was an old one's is no longer that one's.
 */
/* @needs: others unshare nsenter */
/* @run: test -x /usr/bin/python3 || { echo no /usr/bin/python3 to be had in a sparse zone; exit 77; }; sh $SRC/test/runtime/zone/identity.sh */
#pragma D option quiet

dtrace:::BEGIN
{
	printf("begun\n");
}

syscall::getpriority:entry
/arg0 / 10 == $1/
{
	@[arg0 % 10, zonename, (int)arg1 / 100, zoneid > 0] = count();
}

/* The first process of the zone that comes. */
syscall:::entry
/execname == $$2/
{
	@first[zonename, zoneid > 0] = count();
}

dtrace:::END
{
	printa("%d %s %d %d %@d\n", @);
	printa("init in %s %d %@d\n", @first);
}
