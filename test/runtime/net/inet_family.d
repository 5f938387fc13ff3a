/* inet_ntop() with a family that the run tells; others are errors */
/* @opts: -q */

BEGIN
{
	this->a = (uint8_t *)alloca(16);
	this->a[0] = 10;
	this->a[3] = 1;
	this->f = strlen("xx");
	printf("%s\n", inet_ntop(this->f, this->a));
	this->f = AF_INET6;
	printf("%s\n", inet_ntop(this->f, this->a));
}
BEGIN
{
	this->f = 3;
	this->a = alloca(16);
	trace(inet_ntop(this->f, this->a));
}
ERROR
{
	printf("%d\n", arg4);
	exit(0);
}
