/* bcopy() and alloca(): scratch memory of a clause */
/* @opts: -q */

BEGIN
{
	this->s = "0123456789";
	this->p = (char *)alloca(11);
	bcopy((char *)this->s, this->p, 11);
	this->p[3] = 'x';
	printf("%s %s\n", stringof(this->p), this->s);
	this->n = 4 * sizeof (int);
	this->a = (int *)alloca(this->n);
	this->a[0] = 11;
	this->a[3] = 44;
	this->b = (int *)alloca(this->n);
	bcopy(this->a, this->b, this->n);
	this->a[0] = 0;
	printf("%d %d %d\n", this->a[0], this->b[0], this->b[3]);
	bcopy(this->b + 3, &this->a[1], sizeof (int));
	printf("%d\n", this->a[1]);
	bcopy(curthread->comm, this->p, 7);
	printf("%s\n", stringof(this->p));
	exit(0);
}
