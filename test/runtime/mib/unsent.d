/* @run: $SRC/test/agree 8 "$SRC/test/in-netns 'sh ./unsent.sh'" */
/* @needs: ip, nsenter, python3 */
/* @timeout: 90 */
/* What could not be sent again has not been: the kernel tells of the attempt, and does not count it. */
mib:::tcpRetransSegs
{
	again += arg0;
}

END
{
	printf("%d\n", again);
}
