#pragma D option amin=Standard/Standard/Common

BEGIN
{
	trace(pid);
}
