/* an action is no value */
BEGIN
{
	printf("%d\n", printf("x"));
}
