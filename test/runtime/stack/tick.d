#pragma D option quiet

tick-10ms
{
	stack();
	ustack();
	exit(0);
}
