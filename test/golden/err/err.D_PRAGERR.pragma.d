/* the program says that it is wrong */
#pragma error this is wrong
BEGIN
{
	exit(htons(0));
}
