#pragma D option quiet

BEGIN
{
	c = (char *)alloca(8);
	c[0] = 'x'; c[1] = 'y'; c[2] = 0;
	printf("%d %s\n", strlen(stringof(c)), stringof(c + 1));
	s = stringof(c);
	c[0] = 'z';
	printf("%s %s\n", s, stringof(c));
	m[stringof(c)] = 4;
	printf("%d\n", m["zy"]);
	printf("%d\n", stringof(c) == "zy" && "zy" == stringof(c));
	exit(0);
}
