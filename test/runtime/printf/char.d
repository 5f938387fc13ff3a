/* @opts: -q */
BEGIN
{
	printf("%c%c%c\n", 0x41, 98, (char)99);
	printf("[%3c] [%-3c]\n", 0x78, 0x79);
	printf("%c%c", 72, 10);
	exit(0);
}
