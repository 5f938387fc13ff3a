/* %f is for floating point */
BEGIN
{
	printf("%f\n", pid);
}
