/* Values of floating point can be declared and shown. */
/* @opts: -q */
struct f { float f; double d; int i; };
union u { uint64_t bits; double d; };
union w { uint32_t bits; float f; };
union u d;
union w f;

BEGIN
{
	d.bits = 0x400921fb54442d18;
	f.bits = 0x3fc00000;
	printf("%f %e %g\n", d.d, d.d, d.d);
	printf("%.2f %10.3f [%-10.3f] %+f\n", d.d, d.d, d.d, d.d);
	printf("%f %g\n", f.f, f.f);
	printf("%E %G\n", d.d, f.f);
	exit(0);
}
