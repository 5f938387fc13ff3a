/* @opts: -q */
/* @trigger: sh -c "/bin/true; exec /nonexistent/program" */
/* @filter: /not found/d */
/* A failing exec and one that succeeds, with path, errno and the whole command line. */
proc:::exec
/pid == $target || ppid == $target/
{
	printf("exec %s\n", stringof(args[0]));
}

proc:::exec-success
/ppid == $target/
{
	printf("success %s (%s)\n", execname, curpsinfo->pr_psargs);
}

proc:::exec-failure
/pid == $target/
{
	printf("failure %d\n", args[0] == ENOENT);
}
