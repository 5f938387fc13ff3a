BEGIN
{
	`sys_call_table;
}
