/*
 * More containers begin at once than programs can note down one by one: each has its name all the same, before it is two
 * seconds old.
 */
/* @needs: root unshare */
/* @timeout: 120 */
/* @run: $DTRACE -qs $TEST >$TMP/out & D=$!; for i in $(seq 200); do grep -q begun $TMP/out && break; sleep 0.05; done; for i in $(seq 24); do unshare -pf --kill-child sh -c 'for i in 1 2 3 4 5 6 7; do sleep 0.3141592; done' & P="$P $!"; done; wait $P; kill $D; wait $D; grep -c pidns $TMP/out; sed 's,pidns-[0-9][0-9]*,pidns-N,' $TMP/out | grep -v 'unknown\|^$' | sort -u */
dtrace:::BEGIN
{
	printf("begun\n");
}

syscall::clock_nanosleep:entry
/1 && *(uint64_t *)copyin(arg2 + 8, 8) == 314159200/
{
	@[zonename] = count();
}

dtrace:::END
{
	printa("%s\n", @);
}
