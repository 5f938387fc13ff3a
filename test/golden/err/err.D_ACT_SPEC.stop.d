/* destruction cannot be taken back */
BEGIN
{
	speculate(1);
	stop();
}
