/* As many calls as were made, by each of the ways. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in none kprobe_multi fentry fentry,kprobe_multi; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "perl -e 'for (1..100) { sysopen(F, \"/etc/passwd\", 0); close(F); opendir(D, \"/etc/apt\"); }'" || exit 1; done */
fbt::do_sys_openat2:entry
/pid == $target && copyinstr(arg1) == "/etc/passwd"/
{
	@["entry"] = count();
	self->in = 1;
}

fbt::do_sys_openat2:return
/self->in/
{
	self->in = 0;
	@["return"] = count();
	@fds = sum(arg1 > 2);
}
