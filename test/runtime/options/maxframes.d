/* @opts: -q -x maxframes=2 -x stackindent=4 */
/* @filter: s/vmlinux.*$/frame/ */
/* No stack has more, whatever it was asked for. */
BEGIN
{
	i = 0;
}
profile-97 /stackdepth > 3/
{
	stack(5);
	exit(0);
}
