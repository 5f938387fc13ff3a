/* alloca() lasts as long as the clause: the pointer may not be relied on, but what it points to here is read safely. */
#pragma D option quiet

BEGIN
{
	this->p = (int *)alloca(4);
	*this->p = 3;
	this->v = *this->p;
}

BEGIN
{
	printf("%d\n", this->v);
	exit(0);
}
