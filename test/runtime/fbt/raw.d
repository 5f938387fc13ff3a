/* What the compiler made of functions is rawfbt's alone. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: "$DTRACE" -ln 'fbt::*.isra.*:entry' 2>&1 | head -1; "$DTRACE" -ln 'rawfbt::*.isra.*:entry' | awk 'NR > 1 { n++ } END { print n > 5 }'; "$DTRACE" -q -s $TEST -c true */
rawfbt::finish_task_switch.isra.0:entry
{
	@ = count();
	exit(0);
}

END
{
	clear(@);
	printa("%@d\n", @);
}
