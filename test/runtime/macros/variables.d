#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d\n", $pid == pid, $uid == uid, $gid == gid, $ppid == ppid);
	printf("%d %d\n", $euid == uid, $egid == gid);
	printf("%d %d\n", $pgid > 0, $sid >= 0);
	exit(0);
}
