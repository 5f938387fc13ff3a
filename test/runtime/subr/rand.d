/* rand() gives numbers that differ */
/* @opts: -q */

BEGIN
{
	this->a = rand();
	this->b = rand();
	this->c = rand();
	printf("%d\n", this->a != this->b || this->b != this->c);
	printf("%d\n", (rand() & 7) < 8);
	printf("%d\n", sizeof (rand()));
	exit(0);
}
