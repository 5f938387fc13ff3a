/* stack() takes a number of frames */
BEGIN
{
	stack(1, 2);
}
