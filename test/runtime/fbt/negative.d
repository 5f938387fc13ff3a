/* A negative result is one: args[1] and arg1 of an int. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in none fentry fentry,kprobe_multi; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "perl -e 'mkdir(\"/etc\"), mkdir(\"/etc\")'" || exit 1; done */
fbt::do_mkdirat:return
/pid == $target/
{
	@[args[1], arg1, sizeof(args[1])] = count();
}
