syscall::*read*:entry
{
	trace(args[0]);
}
