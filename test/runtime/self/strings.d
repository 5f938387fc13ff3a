#pragma D option quiet

BEGIN
{
	self->a = "first";
	self->b = strjoin(self->a, "+");
	self->a = "second";
	self->c[self->a] = self->b;
}

BEGIN
{
	printf("%s %s %s\n", self->a, self->b, self->c["second"]);
	self->b = self->c[self->a];
	self->c["second"] = 0;
	printf("%s %d\n", self->b, self->c["second"] == NULL);
	exit(0);
}
