/* A clause-local string that no clause has assigned to in this firing is NULL, whatever an earlier one left. */
/* @opts: -q */
/* @timeout: 20 */
int n;

tick-50ms
/n == 0 || n == 3/
{
	this->s = strtok("first second", " ");
	this->t = "set";
}

tick-50ms
{
	printf("%d [%s] [%s] %d\n", n, this->s == NULL ? "none" : this->s, this->t != NULL ? this->t : "none", this->s != NULL && this->s == "first");
}

tick-50ms
/n++ == 4/
{
	exit(0);
}
