/* A member that Linux cannot fill is refused with the reason. */
/* @exit: 1 */
BEGIN
{
	trace(curpsinfo->pr_pid);
	trace(curpsinfo->pr_argc);
	trace(curlwpsinfo->pr_wchan);
}

io:::start
{
	trace(args[2]->fi_oflags);
}
