#pragma D option quiet

string s[3];

BEGIN
{
	s[0] = "zero";
	s[2] = "two";
	i = 1;
	s[i] = "one";
	printf("%s %s %s\n", s[0], s[1], s[2]);
	s[i] = strjoin(s[0], s[2]);
	printf("%s %d\n", s[1], strlen(s[1]));
	exit(0);
}
