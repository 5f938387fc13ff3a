/* @opts: -q */
/* @trigger: sh -c "/bin/true; exec /nonexistent/program" */
/* @filter: /not found/d */
/* A failing exec and one that succeeds, with path, errno and the whole command line. */
proc:::exec
/pid == $target || ppid == $target/
{
	printf("exec %s, %s %d%d\n", args[0], basename(args[0]), args[0] == stringof(args[0]), args[0] == copyinstr(arg0));
	self->path = args[0];
}

proc:::exec-success
/ppid == $target/
{
	printf("success %s %s (%s)\n", self->path, execname, curpsinfo->pr_psargs);
}

proc:::exec-failure
/pid == $target/
{
	printf("failure %s %d\n", self->path, args[0] == ENOENT);
}
