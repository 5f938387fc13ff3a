#pragma D option quiet

string g;

BEGIN
{
	g = "one";
	h = g;
	g = "two";
	printf("%s %s\n", g, h);
	self->s = h;
	this->s = g;
	h = "three";
	printf("%s %s %s\n", self->s, this->s, h);
	a[1] = g;
	a[2] = self->s;
	printf("%s %s %d\n", a[1], a[2], a[3] == NULL);
	a[1] = NULL;
	printf("%d\n", a[1] == NULL);
	exit(0);
}
