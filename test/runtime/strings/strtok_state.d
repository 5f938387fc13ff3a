/* The state of strtok() is as a clause-local variable: for all clauses of a firing, not for the next one. */
/* @opts: -q */

BEGIN
/strtok(NULL, ",") == NULL/
{
	printf("fresh\n");
	printf("%s\n", strtok("a,b,c,d", ","));
}

BEGIN
{
	printf("%s\n", strtok(NULL, ","));
	this->other = strjoin("x", "y");
}

BEGIN
/(this->t = strtok(NULL, ",")) != NULL/
{
	printf("%s %s\n", this->t, this->other);
	exit(0);
}

END
{
	printf("%d\n", strtok(NULL, ",") == NULL);
}
