/* IPv4 addresses within IPv6 */
/* @opts: -q */

BEGIN
{
	this->a = (struct in6_addr *)alloca(16);
	this->b = (uint8_t *)this->a;
	this->b[0] = 0x0;
	this->b[1] = 0x0;
	this->b[2] = 0x0;
	this->b[3] = 0x0;
	this->b[4] = 0x0;
	this->b[5] = 0x0;
	this->b[6] = 0x0;
	this->b[7] = 0x0;
	this->b[8] = 0x0;
	this->b[9] = 0x0;
	this->b[10] = 0xff;
	this->b[11] = 0xff;
	this->b[12] = 0x7f;
	this->b[13] = 0x0;
	this->b[14] = 0x0;
	this->b[15] = 0x1;
	printf("%s %s\n", inet_ntoa6(this->a), inet_ntop(AF_INET6, this->a));
	exit(0);
}
