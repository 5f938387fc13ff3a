/* @opts: -C -q */
BEGIN
{
#ifdef __linux__
	printf("linux\n");
#endif
#ifdef __SUNW_D
	printf("D\n");
#endif
#if __SUNW_D_VERSION >= 0x01000000
	printf("version\n");
#endif
#if __SUNW_D_VERSION < 0x01010000 && __SUNW_D_VERSION >= 0x0100d000
	printf("%d.%d\n", __SUNW_D_VERSION >> 24, __SUNW_D_VERSION >> 12 & 0xfff);
#endif
	exit(0);
}
