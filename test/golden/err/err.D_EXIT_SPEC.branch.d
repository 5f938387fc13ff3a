/* not even in a branch */
BEGIN
{
	speculate(1);
	if (pid) { exit(0); }
}
