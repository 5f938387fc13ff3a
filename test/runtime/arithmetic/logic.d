#pragma D option quiet

BEGIN
{
	t = 3; f = 0;
	printf("%d%d%d%d\n", t && t, t && f, f && t, f && f);
	printf("%d%d%d%d\n", t || t, t || f, f || t, f || f);
	printf("%d%d%d%d\n", t ^^ t, t ^^ f, f ^^ t, f ^^ f);
	printf("%d%d\n", !t, !!t);
	printf("%d\n", 1 || 0 && 0);
	printf("%d\n", (1 || 0) && 0);
	printf("%d\n", 1 || 1 ^^ 1);
	exit(0);
}
