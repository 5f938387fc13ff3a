syscall::read:return
{
	trace(args[1]);
}
