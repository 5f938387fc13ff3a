BEGIN
{
	sizeof (void);
}
