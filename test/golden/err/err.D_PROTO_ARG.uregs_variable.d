int i;

BEGIN
{
	uregs[i];
}
