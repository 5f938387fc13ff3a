/* @run: $SRC/test/in-netns 'ip link set lo mtu 1500; $DTRACE -qs flags.d $(readlink /proc/self/ns/net | tr -dc 0-9) -c "$SRC/test/traffic.py udp:127.0.0.1:27091:1:60000"' */
/* The flags of fragments do not have a part of their offset in them, which gets as large as that behind 32 KiB. */
uint16_t last;

ip:::send
/args[3]->if_ipstack == $1 && args[4]->ipv4_protocol == IPPROTO_UDP/
{
	@[args[4]->ipv4_flags] = count();
	last = args[4]->ipv4_offset > last ? args[4]->ipv4_offset : last;
}

END
{
	setopt("aggsortkey");
	printa("flags %d: %@d\n", @);
	printf("last at %d\n", last * 8);
}
