/* the program says that it is wrong */
#error this is wrong
BEGIN
{
	exit(htons(0));
}
