/* @run: D=$PWD; cd $TMP; mkdir -p one/two; echo text > one/two/file; $DTRACE -q -s $D/$TEST -c "sh -c 'cd one; exec dd if=two/file of=/dev/null status=none'" | sed "s|$TMP|TMP|g" */
/* Open files by descriptor, with full path names across mounts; the current directory. */
syscall::read:entry
/pid == $target && execname == "dd" && (fds[arg0].fi_name == "file" || fds[arg0].fi_name == "version")/
{
	printf("%s %s %s %s %d %d\n", cwd, fds[arg0].fi_pathname, fds[arg0].fi_dirname, fds[arg0].fi_name,
	    fds[arg0].fi_offset, fds[arg0].fi_oflags & O_ACCMODE);
	printf("%d\n", getf(arg0)->f_pos == fds[arg0].fi_offset);
}

syscall::write:entry
/pid == $target && !seen++/
{
	printf("%s %s\n", fds[arg0].fi_pathname, fds[-1].fi_name);
	printf("%s %d\n", fds[1000000].fi_pathname, fds[arg0].fi_oflags & O_ACCMODE);
}
