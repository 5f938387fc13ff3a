/* there is no such stability */
#pragma D attributes Good/Good/Common x
BEGIN
{
	exit(htons(0));
}
