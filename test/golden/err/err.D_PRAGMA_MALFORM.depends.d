/* a dependence has a class and a name */
#pragma D depends_on module
BEGIN
{
	exit(htons(0));
}
