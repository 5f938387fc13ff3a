/* strsize as a pragma */

#pragma D option strsize=12
#pragma D option quiet

BEGIN
{
	trace(strjoin("01234567", "89abcdef"));
	trace("\n");
	exit(0);
}
