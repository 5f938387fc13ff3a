/* Arrays of characters as strings */
/* @opts: -q */

struct named {
	int n;
	char name[8];
	char full[4];
};

BEGIN
{
	this->x = (struct named *)alloca(sizeof (struct named));
	this->x->n = 1;
	bcopy("abc", this->x->name, 4);
	bcopy("wxyz", this->x->full, 4);
	printf("%s %s %s\n", this->x->name, stringof(this->x->name), this->x->full);
	printf("%d %d\n", strlen(this->x->name), strlen(this->x->full));
	printf("%d %d\n", stringof(this->x->name) == "abc", stringof(this->x->full) == "wxyz");
	printf("%s\n", strjoin(this->x->name, this->x->full));
	printf("%c\n", this->x->full[3]);
	exit(0);
}
