/*
 * A container that somebody else made is one zone: what runs in it, in containers within it, and what has begun before and
 * after tracing; none of it is global, and whoever stays outside is, even when it has unshared a namespace for its children.
 */
/* @needs: root unshare python3 */
/* @run: unshare -pf --kill-child --mount-proc sh -c 'while :; do sleep 0.02; unshare -pf sleep 0.01; done' & C=$!; python3 -c 'import ctypes, time; ctypes.CDLL(None).unshare(0x20000000); [time.sleep(0.02) for _ in range(500)]' & O=$!; sleep 0.5; $DTRACE -qs $TEST $C $O | sed -E 's/pidns-[0-9]+/pidns-N/; s/ [0-9]+$//' | sort -u; kill -9 $C $O; wait 2>/dev/null */
syscall::clock_nanosleep:entry
/progenyof($1) && pid != $1/
{
	@inside[zonename, zoneid >= 1000000] = count();
	@zones[zoneid] = count();
}

syscall::clock_nanosleep:entry
/pid == $2/
{
	@outside[zonename, zoneid] = count();
}

tick-1s
{
	printa("inside %s %d %@d\n", @inside);
	printa("one zone %@d\n", @zones);
	printa("outside %s %d %@d\n", @outside);
	exit(0);
}
