/* Arrays of the kernel and of D. */
#pragma D option quiet

BEGIN
{
	@comm[curthread->comm] = count();
	@text[stringof(curthread->comm)] = count();
	@name[execname] = count();
	exit(0);
}
