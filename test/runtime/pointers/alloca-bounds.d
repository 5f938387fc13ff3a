/* Up to its last byte, what alloca() gave can be written; not far behind it, whether by pointer or by bcopy(), of a
 * size known at once or to the run only. */
/* @opts: -q */
BEGIN
{
	this->p = (char *)alloca(10);
	this->n = 10;
	bcopy("0123456789", this->p, 10);
	bcopy("abcdefghij", this->p, this->n);
	this->p[9] = 'z';
	printf("%.10s\n", stringof(this->p));
}
BEGIN { this->p = (char *)alloca(10); this->p[200] = 1; printf("by index\n"); }
BEGIN { this->p = (char *)alloca(10); *(this->p - 4000) = 1; printf("before\n"); }
BEGIN { this->p = (char *)alloca(10); bcopy("0123456789", this->p, 100); printf("by bcopy\n"); }
BEGIN { this->i = (int *)alloca(16); this->i[3] = 3; printf("%d\n", this->i[3]); }
ERROR { printf("fault %d\n", arg4); }
BEGIN { exit(0); }
