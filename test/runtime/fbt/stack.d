/* stack() and caller begin with who called, at entry and return, by each of the ways. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @filter: s/\+0x[0-9a-f]+// */
/* @run: for w in none fentry fentry,kprobe_multi; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "perl -e 'sysopen(F, \"/etc/passwd\", 0); sysread(F, \$b, 77)'" || exit 1; done */
fbt::vfs_read:entry
/pid == $target && arg2 == 77/
{
	printf("%a", caller);
	stack(1);
	self->in = 1;
	self->depth = stackdepth;
}

fbt::vfs_read:return
/self->in/
{
	stack(1);
	printf("%d\n", stackdepth == self->depth);
	self->in = 0;
}
