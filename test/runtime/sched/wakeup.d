/* @opts: -q */
/* @trigger: sleep 0.05 */
/* Who is woken is told by args[], who wakes by the current thread. */
sched:::wakeup
/args[1]->pr_pid == $target/
{
	woken[args[0]->pr_lwpid == $target, args[1]->pr_fname] = 1;
}

END
{
	printf("%d\n", woken[1, "sleep"]);
	exit(0);
}
