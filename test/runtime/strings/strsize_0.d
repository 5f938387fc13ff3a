/* No string has no bytes */
/* @opts: -q -xstrsize=0 */
/* @exit: 1 */

BEGIN
{
	exit(0);
}
