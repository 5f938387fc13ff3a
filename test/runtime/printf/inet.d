/* Addresses and ports of the Internet. */
/* @run: grep -qs "^ssh" /etc/services || { echo "/etc/services names nothing"; exit 77; }; $DTRACE -qs $TEST */
struct in6_addr *six;

BEGIN
{
	printf("%P %#P %P|%6P|%-6P|\n", 22, 22, (uint16_t)54321, 80, 80);
	printf("%I %I|%12I|\n", htonl(0x7f000001), htonl(0x0a000001), htonl(0x01020304));
	six = alloca(16);
	six->in6_u.u6_addr8[15] = 1;
	printf("%I\n", *six);
	exit(0);
}
