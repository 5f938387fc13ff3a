struct later;

BEGIN
{
	offsetof(struct later, a);
}
