/* Another firing starts anew. */
#pragma D option quiet

this int a;

tick-10ms
{
	this->a++;
	n++;
}

tick-10ms
{
	bad += this->a != 1;
}

tick-10ms
/n == 3/
{
	printf("bad %d\n", bad);
	exit(0);
}
