/* A spin lock has no owner to tell */
/* @opts: -q */
/* @exit: 1 */

BEGIN
{
	trace(mutex_owner(&curthread->alloc_lock));
	exit(0);
}
