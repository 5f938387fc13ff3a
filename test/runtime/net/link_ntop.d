/* link_ntop(): addresses of the link layer */
/* @opts: -q */

BEGIN
{
	this->a = (uint8_t *)alloca(20);
	this->a[0] = 0x0;
	this->a[1] = 0x1b;
	this->a[2] = 0x21;
	this->a[3] = 0xa;
	this->a[4] = 0xff;
	this->a[5] = 0x5;
	printf("%s\n", link_ntop(1, this->a));
	exit(0);
}
