/* NULL compares equal to the empty string. */
#pragma D option quiet

string g;

BEGIN
{
	this->s = "x";
	self->e = "";
	printf("%d %d\n", this->s != NULL, self->e != NULL);
	self->n[1] = "now";
	printf("%d\n", self->n[2] == NULL);
	printf("%d %s\n", self->n[1] != NULL, self->n[1]);
	exit(0);
}
