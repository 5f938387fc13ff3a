/* @opts: -q */
BEGIN
{
	printf("%d %x\n", (int64_t)NULL, (uintptr_t)0x10);
	exit(0);
}
