/* What never returns can be traced all the same, by each of the ways: the entry fires, the return does not. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in none fentry fentry,kprobe_multi; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "true" || exit 1; done */
fbt::do_group_exit:entry,
fbt::do_exit:entry,
fbt::do_group_exit:return,
fbt::__x64_sys_exit_group:return,
fbt::do_exit:return
/pid == $target/
{
	printf("%s:%s\n", probefunc, probename);
}
