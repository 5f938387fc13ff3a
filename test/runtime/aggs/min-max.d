/* The least and the greatest, of either sign. */
#pragma D option quiet

BEGIN
{
	@min = min(5);
	@min = min(-2);
	@min = min(3);
	@max = max(-5);
	@max = max(-2);
	@max = max(-9);
	@zmin = min(0);
	@zmin = min(4);
	@zmax = max(0);
	@zmax = max(-4);
	@kmin["a"] = min(100);
	@kmin["a"] = min(50);
	@kmin["b"] = min(0x7fffffffffffffff);
	@kmin["c"] = min(-9223372036854775807 - 1);
	@kmax["a"] = max(100);
	@kmax["a"] = max(150);
	@kmax["b"] = max(0x7fffffffffffffff);
	@kmax["c"] = max(-9223372036854775807 - 1);
	exit(0);
}
