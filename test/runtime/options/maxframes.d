/* @opts: -q -x maxframes=2 -x stackindent=4 */
/* @filter: s,^    .+,    frame, */
/* No stack has more, whatever it was asked for. */
BEGIN
{
	stack(5);
	@[stack(4)] = count();
	exit(0);
}
