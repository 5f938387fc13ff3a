/* In ERROR's clauses the stacks are those of the probe that faulted; BEGIN's, and those of a tracepoint. */
/* @opts: -q */
/* @trigger: /bin/true */
/* @filter: /^ .+`/{/entry_SYSCALL/!d};s,\+0x.*,, */
BEGIN
{
	trace(*(int *)8);
}

syscall::exit_group:entry
/pid == $target/
{
	trace(*(int *)8);
}

ERROR
{
	depth = stackdepth;
	stack();
	printf("%d %d\n", depth > 1, caller != 0);
}

ERROR
/n++ == 1/
{
	exit(0);
}
