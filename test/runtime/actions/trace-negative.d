/* Of 8 and 16 bits the unsigned value is shown, of 32 and 64 the signed one. */
/* @opts: -q */
BEGIN
{
	trace((char)-1); printf("\n");
	trace((short)-1); printf("\n");
	trace(-1); printf("\n");
	trace(-1LL); printf("\n");
	trace((unsigned int)-1); printf("\n");
	exit(0);
}
