/* `time and `lbolt of the classic kernel, from which published programs compute when and for how long. */
/* @opts: -q */
BEGIN
{
	printf("%d %d %d %d\n", `time == walltimestamp / 1000000000, `lbolt == timestamp / 10000000,
	    unix`lbolt64 == genunix`lbolt, sizeof(`time));
	exit(0);
}
