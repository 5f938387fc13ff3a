/* Strings in predicates */
/* @opts: -q */

BEGIN
/probename == "END"/
{
	printf("wrong\n");
}
BEGIN
/probename == "BEGIN" && strlen(probeprov) == 6/
{
	printf("one\n");
}
BEGIN
/(this->t = strtok("a b", " ")) != NULL/
{
	printf("token %s\n", this->t);
}
BEGIN
/strstr("abc", "z") == NULL/
{
	printf("none\n");
}
BEGIN
/strstr("abc", "c") == NULL/
{
	printf("wrong\n");
}
BEGIN
{
	exit(0);
}
