#pragma D option quiet

BEGIN
{
	trace(1);
	trace("str");
	trace((char)65);
	trace(-5);
	trace(0xffffffffffffffff);
	exit(0);
}
