/* Many large elements made in one clause, where the kernel cannot allocate. */
#pragma D option quiet

int n;
string a[int];

sdt:::sched_switch
/n == 0/
{
	n = 1;
	a[1] = "1"; a[2] = "2"; a[3] = "3"; a[4] = "4"; a[5] = "5"; a[6] = "6"; a[7] = "7"; a[8] = "8";
	a[9] = "9"; a[10] = "a"; a[11] = "b"; a[12] = "c";
}

tick-20ms
/n == 1/
{
	printf("%s%s%s%s%s%s%s%s%s%s%s%s\n", a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10],
	    a[11], a[12]);
	exit(0);
}
