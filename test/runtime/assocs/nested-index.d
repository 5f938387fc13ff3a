#pragma D option quiet

BEGIN
{
	a[0] = 1; a[1] = 2; a[2] = 3; a[3] = 42;
	printf("%d\n", a[a[a[0]]]);
	b["x"] = "y"; b["y"] = "z";
	printf("%s\n", b[b["x"]]);
	a[a[0] + a[1]] += a[a[0]];
	printf("%d\n", a[3]);
	exit(0);
}
