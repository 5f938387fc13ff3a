/* @run: $SRC/test/agree 5 '$DTRACE -qs exact.d -c "/usr/bin/python3 -I exact.py $TMP/own" 2>&1 | sort | sed /^$/d > $TMP/seen; sort $TMP/own | diff - $TMP/seen && echo agree' */
/* A program that makes processes by fork and vfork, threads, failing and succeeding execs, signals that are handled, ignored, waited for and
 * deadly, and a fault, and counts each of them: proc and sysinfo count the same. */

proc:::create, proc:::lwp-create, sysinfo:::sysfork, sysinfo:::sysvfork, sysinfo:::nthreads
/pid == $target/
{
	@[probename] = count();
}

proc:::start, proc:::lwp-start, proc:::exec, proc:::exec-success, proc:::exec-failure, proc:::exit, proc:::lwp-exit, proc:::fault
/(pid == $target || ppid == $target) && !(probename == "exec-success" && pid == $target)/
{
	@[probename] = count();
}

proc:::exit
/(pid == $target || ppid == $target)/
{
	@reasons[args[0]] = count();
}

proc:::signal-send
/(pid == $target || ppid == $target) && (args[2] == SIGUSR1 || args[2] == SIGTERM || args[2] == SIGKILL) && args[1]->pr_pid == pid/
{
	@sent[args[2]] = count();
}

proc:::signal-discard
/pid == $target && args[1]->pr_pid == pid/
{
	@discarded[args[2]] = count();
}

proc:::signal-handle
/pid == $target/
{
	@handled[args[0]] = count();
}

proc:::signal-clear
/pid == $target/
{
	@cleared[args[0]] = count();
}

END
{
	printa("%s %@d\n", @);
	printa("exit-reason-%d %@d\n", @reasons);
	printa("send-%d %@d\n", @sent);
	printa("discard-%d %@d\n", @discarded);
	printa("handle-%d %@d\n", @handled);
	printa("clear-%d %@d\n", @cleared);
}
