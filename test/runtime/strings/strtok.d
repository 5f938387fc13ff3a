/* strtok(): tokens of a string until NULL */
/* @opts: -q */

BEGIN
{
	this->s = "this|is/a|test";
	printf("%s\n", strtok(this->s, "|/"));
	printf("%s\n", strtok(NULL, "|/"));
	printf("%s\n", strtok(NULL, "|/"));
	printf("%s\n", strtok(NULL, "|/"));
	printf("%d\n", strtok(NULL, "|/") == NULL);
	printf("%d\n", strtok(NULL, "|/") == NULL);
	printf("%s\n", this->s);
	printf("%d\n", strtok("", ",") == NULL);
	printf("%d\n", strtok(",,,", ",") == NULL);
	printf("%s\n", strtok(",,,a,,b", ","));
	printf("%s\n", strtok(NULL, ","));
	printf("%s\n", strtok("one two", ""));
	exit(0);
}
