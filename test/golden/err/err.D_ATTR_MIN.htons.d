/* less stable than the program wants */
#pragma D option amin=Stable/Stable/Common
BEGIN
{
	exit(htons(0));
}
