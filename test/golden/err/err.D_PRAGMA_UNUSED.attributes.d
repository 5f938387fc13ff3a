/* nothing of this name is defined */
#pragma D attributes Stable/Stable/Common nosuch
BEGIN
{
	exit(htons(0));
}
