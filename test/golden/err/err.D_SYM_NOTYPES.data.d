BEGIN
{
	`_stext;
}
