/* Addresses of one kernel function are one key. */
#pragma D option quiet

BEGIN
{
	@f[func((uintptr_t)&`schedule)] = count();
	@f[func((uintptr_t)&`schedule + 1)] = count();
	@s[sym((uintptr_t)&`schedule)] = count();
	@m[mod((uintptr_t)&`schedule)] = count();
	@m[mod((uintptr_t)&`do_exit)] = count();
	exit(0);
}
