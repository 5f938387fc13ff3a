#pragma D option quiet

BEGIN
{
	c = (char *)alloca(6);
	c[0] = 'a'; c[1] = 'b'; c[2] = 'c'; c[3] = 0; c[4] = 'd';
	printf("%s %d\n", stringof(c), strlen(stringof(c)));
	printf("%s\n", (string)c);
	s = stringof("lit");
	printf("%s\n", s);
	printf("%d\n", stringof(c) == "abc");
	exit(0);
}
