/* Predicates, if and else, short circuits, the conditional operator. */
int a, b;

BEGIN
/a > 0 || b/
{
	if (a && b)
		trace(a ? b : 7);
	else
		a++;
}
