/* @opts: -q */
BEGIN
{
	printf("%d %d %d %d\n", $pid == pid, $ppid == ppid, $uid == uid, $euid == 0);
	printf("%d %d\n", $gid == gid, $egid == 0);
	printf("%d %d\n", $pgid > 0, $sid > 0);
	exit(0);
}
