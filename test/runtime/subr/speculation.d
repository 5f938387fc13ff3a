/* speculation() gives as many as nspec admits */
/* @opts: -q -xnspec=3 */
/* @filter: /speculat/d */

BEGIN
{
	printf("%d %d %d %d\n", speculation(), speculation(), speculation(), speculation());
	exit(0);
}
