/* @opts: -q */
BEGIN
{
	this->s = (char *)alloca(32);
	bcopy("hello, world", this->s, 13);
	tracemem(this->s, 16);
	exit(0);
}
