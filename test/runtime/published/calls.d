/* System calls by the names that illumos has for them; a description that says it twice means one call, which happens once. */
/* @run: $DTRACE -qs $TEST -c '/usr/bin/python3 -I -c "import os, sys; [os.stat(\"/etc\", dir_fd=os.open(\"/\", 0)) for i in range(5)]; os.execv(\"/bin/true\", [\"true\"])"' */
self int execs;

syscall::newfstatat:entry
/pid == $target/
{
	own++;
}

syscall::fstatat:entry, syscall::fstatat64:entry, syscall::newfstatat:entry
/pid == $target/
{
	listed++;
}

syscall::fstatat64:entry, syscall::fstatat:entry
/pid == $target/
{
	other++;
}

syscall::open64:entry, syscall::openat64:entry, syscall::open*:entry
/pid == $target/
{
	opened++;
}

syscall::open:entry, syscall::openat:entry, syscall::openat2:entry
/pid == $target/
{
	plain++;
}

syscall::exece:return
/pid == $target && execname == "true"/
{
	execs++;
}

syscall::rexit:entry
/pid == $target/
{
	exits++;
}

END
{
	printf("%d %d, %d %d %d\n", execs, exits, own > 0 && own == listed, own == other, plain > 0 && plain == opened);
}
