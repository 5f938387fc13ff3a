#pragma D option quiet

BEGIN
{
	a = "0123456789";
	b = strjoin(a, a); b = strjoin(b, b); b = strjoin(b, b); b = strjoin(b, b);
	printf("%d\n", strlen(b));
	c = strjoin(b, b);
	printf("%d\n", strlen(c));
	printf("%d\n", c == strjoin(b, b));
	m[b] = 1;
	printf("%d %d\n", m[b], m[c]);
	printf("%s\n", substr(c, 250));
	exit(0);
}
