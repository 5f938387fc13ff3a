/* Bytes that read as text are shown as text. */
/* @opts: -q */
struct s { char name[12]; };
struct s v;

BEGIN
{
	v.name[0] = 'a';
	v.name[1] = 'b';
	trace(v.name);
	printf("|\n");
	exit(0);
}
