#pragma D option quiet

BEGIN
{
	self->a[1] = 10;
	self->a["x" == "x" ? 2 : 3] = 20;
	self->b["k", 1] = "v";
	self->a[1]++;
}

BEGIN
{
	printf("%d %d %d %s\n", self->a[1], self->a[2], self->a[3], self->b["k", 1]);
	self->a[1] = 0;
	printf("%d\n", self->a[1]);
	exit(0);
}
