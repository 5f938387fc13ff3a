/* A value without a byte cannot be printed. */
struct s { int none[0]; } *p;
BEGIN
{
	print(*p);
}
