/* @opts: -q */
BEGIN
{
	this->t = (int64_t)0;
	printf("%Y\n", this->t);
	printf("%T\n", this->t);
	this->t = 1000000000000000000;
	printf("%Y\n", this->t);
	printf("[%30Y] [%-30Y]\n", this->t, this->t);
	this->t = 1733275230000000000;
	printf("%Y\n%T\n", this->t, this->t);
	exit(0);
}
