/* Assigning zero frees the element. */
/* @opts: -xdynvarsize=4k */
#pragma D option quiet

int i;

BEGIN
{
	a[1] = 5;
	a[1] = 0;
	printf("%d\n", a[1]);
	a[2]++;
	a[2]--;
	printf("%d\n", a[2]);
}

tick-1ms
/i < 400/
{
	a[i] = 1;
	a[i] = 0;
	i++;
}

tick-1ms
/i == 400/
{
	a[9999] = 7;
	printf("%d\n", a[9999]);
	exit(0);
}
