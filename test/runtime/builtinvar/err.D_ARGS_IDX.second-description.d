/* Each description of a clause is looked at by itself. */
syscall::read:entry,
syscall::getppid:entry
{
	trace(args[0]);
}
