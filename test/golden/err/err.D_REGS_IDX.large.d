BEGIN
{
	uregs[99999];
}
