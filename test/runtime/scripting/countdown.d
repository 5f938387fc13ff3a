/* Output of a script with a state, line by line. */
/* @filter: s/^  [0-9]+ +[0-9]+ /CPU ID / */
BEGIN
{
	i = 3;
}

profile:::tick-10ms
/i > 0/
{
	trace(i--);
}

profile:::tick-10ms
/i == 0/
{
	trace("blastoff!");
	exit(0);
}
