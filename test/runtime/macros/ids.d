/* @run: $DTRACE -q -s $TEST & p=$!; wait $p | cat; $DTRACE -qn 'BEGIN { printf("%d\n", $pid == pid && $ppid == ppid && $uid == uid && $gid == gid); exit(0); }' */
BEGIN
{
	printf("%d %d %d %d\n", $pid == pid, $ppid == ppid, $uid == uid, $euid == 0);
	exit(0);
}
