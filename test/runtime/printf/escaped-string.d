/* @opts: -q */
BEGIN
{
	printf("%S\n", "tab\tnewline\nquote\"back\\slash\001");
	printf("[%12S]\n", "a\tb");
	printf("%C%C%C\n", 65, 10, 200);
	exit(0);
}
