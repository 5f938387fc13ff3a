/* there is no such pragma */
#pragma D nosuch
BEGIN
{
	exit(htons(0));
}
