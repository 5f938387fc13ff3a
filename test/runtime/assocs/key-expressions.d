#pragma D option quiet

BEGIN
{
	i = 5;
	a[i++] = i;
	a[i * 2] = 7;
	a[a[5]] = 8;
	printf("%d %d %d\n", a[5], a[12], a[6]);
	b[execname, pid] = 1;
	b[execname, pid]++;
	printf("%d\n", b[execname, pid]);
	c[probefunc, probename] = 3;
	printf("%d %d\n", c["", "BEGIN"], c["", "END"]);
	s = "k";
	d[s] = 4;
	d[strjoin(s, s)] = 5;
	printf("%d %d %d\n", d["k"], d["kk"], d["kkk"]);
	exit(0);
}
