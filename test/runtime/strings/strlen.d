/* strlen() of literals, variables, the empty string and probe names */
/* @opts: -q */

string g;
BEGIN
{
	g = "variable";
	self->s = "thread";
	this->s = "clause-local";
	a[1] = "an element";
	printf("%d\n", strlen(""));
	printf("%d\n", strlen("a"));
	printf("%d\n", strlen("12345678"));
	printf("%d\n", strlen("123456789"));
	printf("%d\n", strlen(g));
	printf("%d\n", strlen(self->s));
	printf("%d\n", strlen(this->s));
	printf("%d\n", strlen(a[1]));
	printf("%d\n", strlen(probename));
	printf("%d\n", strlen(probeprov));
	printf("%d\n", strlen(probefunc));
	printf("%d\n", strlen(strjoin(g, this->s)));
	printf("%d\n", strlen("tab\tend\n"));
	exit(0);
}
