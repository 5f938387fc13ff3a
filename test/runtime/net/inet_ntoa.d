/* inet_ntoa(): IPv4 addresses as text */
/* @opts: -q */

BEGIN
{
	this->a = (ipaddr_t *)alloca(sizeof (ipaddr_t));
	*this->a = htonl(0x7f000001);
	printf("%s\n", inet_ntoa(this->a));
	*this->a = htonl(0x00000000);
	printf("%s\n", inet_ntoa(this->a));
	*this->a = htonl(0xffffffff);
	printf("%s\n", inet_ntoa(this->a));
	*this->a = htonl(0xc0a80164);
	printf("%s\n", inet_ntoa(this->a));
	*this->a = htonl(0x0a141e28);
	printf("%s\n", inet_ntoa(this->a));
	printf("%s\n", inet_ntop(AF_INET, this->a));
	exit(0);
}
