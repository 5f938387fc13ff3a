/* what is built in cannot be changed */
#pragma D attributes Stable/Stable/Common pid
BEGIN
{
	exit(htons(0));
}
