/* Magnitudes as large as 64 bits hold. */
#pragma D option quiet

BEGIN
{
	@b = llquantize(4611686018427387904, 2, 60, 62, 2);
	@b = llquantize(4611686018427387903, 2, 60, 62, 2);
	@b = llquantize(9223372036854775807, 2, 60, 62, 2);
	@b = llquantize(1152921504606846976, 2, 60, 62, 2);
	@b = llquantize(1152921504606846975, 2, 60, 62, 2);
	@d = llquantize(999999999999999999, 10, 17, 17, 10);
	@d = llquantize(1000000000000000000, 10, 17, 17, 10);
	@d = llquantize(9223372036854775807, 10, 17, 17, 10);
	@e = llquantize(5000000000000000000, 10, 18, 18, 10);
	@e = llquantize(9223372036854775807, 10, 18, 18, 10);
	exit(0);
}
