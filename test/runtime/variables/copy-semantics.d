/* Strings and structs are values. */
#pragma D option quiet

BEGIN
{
	a = "one";
	b = a;
	a = "two";
	m["k"] = b;
	b = "three";
	self->x = m["k"];
	m["k"] = "four";
	printf("%s %s %s %s\n", a, b, m["k"], self->x);
	exit(0);
}
