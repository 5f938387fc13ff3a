/* Names of kernel addresses stand in columns of 50, after two blanks. */
/* @opts: -q */
BEGIN
{
	sym((uintptr_t)&`do_exit);
	printf("|\n");
	func((uintptr_t)&`do_exit);
	printf("|\n");
	mod((uintptr_t)&`do_exit);
	printf("|\n");
	printf("%a %A\n", (uintptr_t)&`do_exit, (uintptr_t)0x10);
	exit(0);
}
