/* The output ends in an empty line, quiet or not. */
/* @filter: s/^ *[0-9]+ +[0-9]+ +:/C I :/ */

BEGIN
{
	@a["x"] = count();
	exit(0);
}
