syscall::fork1:entry
{
}
