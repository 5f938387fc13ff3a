/* rand() takes no arguments */
BEGIN
{
	x = rand(1);
}
