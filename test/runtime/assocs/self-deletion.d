#pragma D option quiet

BEGIN
{
	self->t[1, "a"] = 5;
	self->t[2, "b"] = 6;
	self->t[1, "a"] = 0;
	printf("%d %d\n", self->t[1, "a"], self->t[2, "b"]);
	self->s["k"] = "v";
	self->s["k"] = NULL;
	printf("%d\n", self->s["k"] == NULL);
	exit(0);
}
