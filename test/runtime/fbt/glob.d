/* Many functions by one program; each is known by its name. */
/* @needs: kprobe_multi */
/* @timeout: 60 */
/* @trigger: perl -e 'for (1..50) { mkdir("/etc"); rmdir("/no/such"); }' */
#pragma D option quiet

fbt::do_mkdir*:entry,
fbt::do_rmdir:entry,
fbt::do_sys_*:entry,
fbt::user_path_*:entry
/pid == $target/
{
	@c[probefunc] = count();
}

fbt::do_mkdir*:return,
fbt::do_rmdir:return
/pid == $target && (int)arg1 < 0/
{
	@r[probefunc, probename, (int)arg1] = count();
}

END
{
	printa("%s %s %d %@d\n", @r);
	clear(@c);
	printa("%s\n", @c);
}
