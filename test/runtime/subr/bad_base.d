/* Bases that no number has are errors */
/* @opts: -q */

BEGIN
{
	trace(lltostr(5, 1));
}
BEGIN
{
	this->b = 37;
	trace(strtoll("5", this->b));
}
BEGIN
{
	exit(0);
}
ERROR
{
	printf("%d\n", arg4);
}
