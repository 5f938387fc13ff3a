#pragma D option quiet

BEGIN
{
	a['c'] = 1; b[1ull] = 2; c["s"] = 3; d[(void *)8] = 4; e[execname, 1, "x", 'y'] = 5;
	f[probeprov] = 6; g[-1] = 7; h[0] = 8;
	printf("%d %d %d %d %d %d %d %d\n", a['c'], b[1], c["s"], d[(void *)8], e[execname, 1, "x", 'y'],
	    f["dtrace"], g[-1], h[0]);
	h[0] = 0; g[-1]++;
	printf("%d %d\n", h[0], g[-1]);
	exit(0);
}
