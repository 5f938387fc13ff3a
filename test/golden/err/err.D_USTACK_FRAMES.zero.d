/* jstack() wants at least one frame */
BEGIN
{
	jstack(0);
}
