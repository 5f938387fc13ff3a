/* @filter: s/^ +[0-9]+ +[0-9]+/  0 0/ */
BEGIN
{
	i = 3;
}

tick-5ms
/i > 0/
{
	trace(i--);
}

tick-5ms
/i == 0/
{
	trace("blastoff!");
	exit(0);
}
