BEGIN
{
	`no_such_symbol_anywhere;
}
