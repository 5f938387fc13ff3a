/* Every function of the kernel at once, under load, and it ends. */
/* @needs: kprobe_multi */
/* @timeout: 240 */
/* @run: (while :; do cat /proc/self/stat; ls /proc; done >/dev/null 2>&1 & p=$!; "$DTRACE" -q -s $TEST 2>/dev/null; kill $p) */
fbt:::entry
{
	@n = count();
	@[probefunc] = count();
}

tick-2s
{
	exit(0);
}

END
{
	trunc(@, 3);
	printf("ended\n");
	clear(@n);
	trunc(@n);
	trunc(@);
}
