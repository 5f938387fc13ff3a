#pragma D option quiet

BEGIN
{
	a = 'ab'; b = 'abcd'; c = '\t'; d = '\12'; e = '\x1f';
	printf("%x %x %d %d %d\n", a, b, c, d, e);
	printf("%d\n", 'a' + 1 == 'b');
	printf("%d\n", sizeof ('abcdefgh'));
	exit(0);
}
