/* a precision is an integer */
BEGIN
{
	printf("%.*s\n", execname, execname);
}
