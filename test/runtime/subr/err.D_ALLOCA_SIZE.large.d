/* @opts: -x scratchsize=64 */
BEGIN
{
	alloca(65);
}
