/* @run: $DTRACE -qs psinfo-args.d -c 'env -i WORD=one python3 -c "import threading; t = threading.Thread(target=lambda l=threading.Lock(): (l.acquire(), l.acquire(True, 0.5))); t.start(); t.join()" second third' | sort | uniq */
/* The arguments of a program and its environment are found by their vectors; a futex that is waited for by its address. */
syscall::exit_group:entry
/pid == $target/
{
	this->argv = (uintptr_t *)copyin(curpsinfo->pr_argv, 6 * sizeof (uintptr_t));
	printf("%d arguments, the last %s, then %d; the environment begins with %s\n", curpsinfo->pr_argc, copyinstr(this->argv[4]), this->argv[5],
	    copyinstr(*(uintptr_t *)copyin(curpsinfo->pr_envp, sizeof (uintptr_t))));
}

syscall::futex:entry
/pid == $target/
{
	self->futex = arg0;
}

sched:::off-cpu
/self->futex && pid == $target/
{
	waits += curlwpsinfo->pr_stype == SOBJ_USER;
	known += curlwpsinfo->pr_wchan == self->futex;
}

syscall::futex:return
{
	self->futex = 0;
}

END
{
	printf("%s\n", waits > 0 && known == waits ? "futexes are known" : "futexes are not known");
}
