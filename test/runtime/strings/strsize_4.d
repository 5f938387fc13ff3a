/* Strings of three bytes */
/* @opts: -q -xstrsize=4 */

string g;
BEGIN
{
	g = strjoin("a", "bcdef");
	self->x = "wxyz";
	a["xyz"] = self->x;
	printf("%s %s %s %s %d\n", g, self->x, a["xyz"], execname, strlen("abcdef"));
	exit(0);
}
