/* strtok() in a loop of clauses with variables that keep the rest */
/* @opts: -q */

string rest;
BEGIN
{
	rest = "a:bb:ccc";
}
BEGIN
{
	this->head = strtok(rest, ":");
	this->n = strlen(this->head);
	rest = substr(rest, this->n + 1);
	printf("%s|%s\n", this->head, rest);
}
BEGIN
{
	this->head = strtok(rest, ":");
	this->n = strlen(this->head);
	rest = substr(rest, this->n + 1);
	printf("%s|%s\n", this->head, rest);
	exit(0);
}
