#pragma D option quiet

self int a[4];
this int b[4];

BEGIN
{
	self->a[1] = 5;
	self->a[3] = 7;
	this->b[0] = 2;
	i = 2;
	this->b[i] = 4;
	self->a[i] = 6;
	self->a[i]++;
}

BEGIN
{
	printf("%d %d %d %d\n", self->a[0], self->a[1], self->a[2], self->a[3]);
	printf("%d %d %d %d\n", this->b[0], this->b[1], this->b[2], this->b[3]);
	exit(0);
}
