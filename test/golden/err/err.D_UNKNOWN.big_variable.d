struct big { char pad[20000]; };
struct big b;

BEGIN
{
	b.pad[0] = 1;
}
