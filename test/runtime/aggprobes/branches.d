/* In the branches of if and else. */
#pragma D option quiet

int n;

tick-1ms
/n < 30/
{
	if (n % 3 == 0) {
		@a["fizz"] = count();
	} else if (n % 5 == 0) {
		@a["buzz"] = count();
		@sum = sum(n);
	} else {
		@a["none"] = count();
	}
	n++;
}

tick-1ms
/n == 30/
{
	exit(0);
}
