#pragma D option quiet

BEGIN
{
	a["x"] = 1;
	a["y"] = 2;
	a["x"] += 10;
	a["z"]++;
	printf("%d %d %d %d\n", a["x"], a["y"], a["z"], a["none"]);
	b[1, 2] = 3;
	b[2, 1] = 4;
	printf("%d %d %d\n", b[1, 2], b[2, 1], b[1, 1]);
	c["s", 1] = "str";
	printf("%s %d\n", c["s", 1], c["s", 2] == NULL);
	exit(0);
}
