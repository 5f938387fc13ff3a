/* A fault fires ERROR, and the probe goes on. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in none fentry; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "perl -e 'mkdir(\"/etc\"); mkdir(\"/etc\")'" 2>/dev/null || exit 1; done */
fbt::do_mkdirat:entry
/pid == $target/
{
	n++;
	this->x = *(int *)n;
	printf("not reached\n");
}

ERROR
{
	printf("fault %d\n", arg4);
}
