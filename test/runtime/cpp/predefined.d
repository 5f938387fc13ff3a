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
	exit(0);
}
