/* strsize beyond what a thread can carry */
/* @needs: may_goto */
/* @needs: cpu_v4 */
/* @opts: -q -xstrsize=65536 */

string g;
BEGIN
{
	g = strjoin("a", "b");
	self->x = g;
	a["x"] = self->x;
	printf("%s %s %d\n", self->x, a["x"], strlen(self->x));
	exit(0);
}
