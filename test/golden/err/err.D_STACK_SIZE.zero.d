/* stack() wants at least one frame */
BEGIN
{
	stack(0);
}
