/* Without the right to write user memory copyout() says what forbids it */
/* @opts: -q -w -xnofeature=write_user */
/* @exit: 1 */

BEGIN
{
	copyout(alloca(8), 8, 8);
	exit(0);
}
