/* Clause-local variables hold their values over the clauses of one firing. */
#pragma D option quiet

BEGIN
{
	this->a = 5;
	this->s = "hello";
}

BEGIN
{
	this->a++;
	printf("%d %s\n", this->a, this->s);
}

BEGIN
/this->a == 6/
{
	printf("predicate sees it\n");
	exit(0);
}
