/* @opts: -q */
/* Lines that end in a backslash go on in the next, without a preprocessor. */
BEGIN\
, \
END
/(this->one = 1) == 1 && \
 (this->two = 2) == 2/
{
	printf("%d %d\n", this->one, \
	    this->two);
	exit(0);
}
