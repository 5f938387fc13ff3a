/* Assignments before the fault stay. */
#pragma D option quiet

int zero;

BEGIN
{
	a = 1; self->b = 2; c["k"] = 3; this->d = 4;
	a = 10; self->b = 20; c["k"] = 30;
	e = 1 / zero;
	a = 100;
}

BEGIN
{
	printf("%d %d %d %d\n", a, self->b, c["k"], this->d);
	exit(0);
}
