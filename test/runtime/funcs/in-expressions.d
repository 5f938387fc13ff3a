#pragma D option quiet

BEGIN
{
	n = strlen("abc") + strlen("de") * 2;
	printf("%d\n", n);
	printf("%s\n", strjoin(strjoin("a", "b"), strjoin("c", "d")));
	printf("%d\n", strlen(substr("hello world", index("hello world", "w"))));
	a[strlen("xyz")] = lltostr(123);
	printf("%s\n", a[3]);
	printf("%s\n", strlen("a") == 1 ? toupper("yes") : "no");
	printf("%d\n", strtoll("42") + 1);
	exit(0);
}
