/* There is no character beyond the longest string, nor in one that is NULL. */
/* @opts: -q */
string g;

BEGIN
{
	this->s = "abc";
	this->i = 256;
	g = this->s[this->i] ? "read" : "nothing";
}

BEGIN
{
	this->i = -1;
	this->s[this->i] = 'x';
}

BEGIN
{
	g = NULL;
	trace(g[0]);
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("%d\n", arg4);
}
