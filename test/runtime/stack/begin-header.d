/* @filter: s/^ +[0-9]+( +1 )/CPU \1/ */
BEGIN
{
	stack();
	exit(0);
}
