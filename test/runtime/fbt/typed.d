/* Arguments and results have the types of the kernel, by each of the ways. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: for w in none kprobe_multi fentry fentry,kprobe_multi; do o="-xnofeature=$w"; [ $w = none ] && o=; "$DTRACE" -q $o -s $TEST -c "perl -e 'sysopen(F, \"/etc/passwd\", 0); sysread(F, \$b, 77); sysread(F, \$b, 9, -1); sysread(F, \$b, 5)'" 2>/dev/null || exit 1; done */
fbt::vfs_read:entry
/pid == $target && (args[2] == 77 || args[2] == 5)/
{
	printf("%s %d %d\n", stringof(args[0]->f_path.dentry->d_name.name), args[2], *args[3]);
	self->in = 1;
}

fbt::vfs_read:return
/self->in/
{
	printf("%d %d %d\n", args[1], arg1, arg0);
	self->in = 0;
}
