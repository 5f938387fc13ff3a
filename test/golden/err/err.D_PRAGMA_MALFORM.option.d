/* an option has a name */
#pragma D option
BEGIN
{
	exit(htons(0));
}
