/* there is no such option */
#pragma D option nosuch
BEGIN
{
	exit(htons(0));
}
