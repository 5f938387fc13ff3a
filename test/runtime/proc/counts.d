/* @opts: -q */
/* @trigger: sh -c "/bin/true; /bin/true; (exit 3); /bin/echo done" */
/* A shell that starts three programs and a subshell: what proc saw of its children. */
proc:::create
/progenyof($target)/
{
	created++;
}

proc:::start
/progenyof($target)/
{
	started++;
}

proc:::exec-success
/progenyof($target) && pid != $target/
{
	execed++;
	@names[execname] = count();
}

proc:::exit
/progenyof($target) && pid != $target/
{
	exited++;
	@reasons[args[0]] = count();
}

END
{
	printf("created %d started %d exec'ed %d exited %d\n", created, started, execed, exited);
	printa("%s %@d\n", @names);
	printa("reason %d: %@d\n", @reasons);
}
