/* @opts: -q */
BEGIN
{
	printf("tab[\t] backslash[\\] quote[\"] hex[\x41] octal[\101]\n");
	printf("%s\n", "in\ta string\\");
	exit(0);
}
