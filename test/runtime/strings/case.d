/* toupper() and tolower() change letters alone */
/* @opts: -q */

BEGIN
{
	printf("%s\n", toupper("Hello, World 123!"));
	printf("%s\n", tolower("Hello, World 123!"));
	printf("%s\n", toupper(""));
	printf("%s\n", toupper("@[`{az"));
	printf("%s\n", tolower("@[`{AZ"));
	printf("%s\n", tolower(toupper("abc")));
	printf("%s\n", toupper(probename));
	printf("%s\n", tolower(probename));
	exit(0);
}
