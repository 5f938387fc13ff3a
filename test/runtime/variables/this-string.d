/* this-> strings and structs of one firing are gone in the next. */
#pragma D option quiet

this string s;
int n;

tick-10ms
{
	bad += this->s == "left";
	this->s = "left";
}

tick-10ms
/this->s == "left"/
{
	n++;
}

tick-10ms
/n == 3/
{
	printf("%d\n", n);
	exit(0);
}
