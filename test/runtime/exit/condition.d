/* @opts: -q */
/* @exit: 8 */
BEGIN
{
	if (0)
		exit(1);
	else
		exit(8);
}
BEGIN { printf("not reached\n"); }
