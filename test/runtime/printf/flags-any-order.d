/* Flags may follow the width, and come in any order. */
/* @opts: -q */
BEGIN
{
	printf("[%5-d] [%-+6d] [%6+-d] [%4-s] [%-.2s] [%5.d]\n", 1, 2, 3, "a", "bcd", 4);
	@["key"] = sum(7);
	printa("[%5-s] [%@4d]\n", @);
	exit(0);
}
