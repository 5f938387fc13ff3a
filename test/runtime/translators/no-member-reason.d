/* A member that Linux cannot fill is refused with the reason. */
/* @exit: 1 */
BEGIN
{
	trace(curpsinfo->pr_pid);
}

io:::start
{
	trace(args[0]->b_iodone);
	trace(args[2]->fi_oflags);
}
