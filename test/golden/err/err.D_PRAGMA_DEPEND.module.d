/* there is no such module */
#pragma D depends_on module nosuchmodule
BEGIN
{
	exit(htons(0));
}
