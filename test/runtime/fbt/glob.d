/* Many functions by one program; each is known by its name. */
/* @needs: kprobe_multi */
/* @timeout: 60 */
/* @trigger: perl -e 'for (1..50) { mkdir("/etc"); rmdir("/no/such"); }' */
#pragma D option quiet

fbt::do_mkdir*:entry,
fbt::do_rmdir:entry,
fbt::vfs_*:entry,
fbt::user_path_*:entry
/pid == $target/
{
	@[probefunc] = count();
}

fbt::do_mkdir*:return,
fbt::do_rmdir:return
/pid == $target/
{
	@r[probefunc, probename, (int)arg1] = count();
}

END
{
	printa("%s\n", @r);
}
