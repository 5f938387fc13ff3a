/* @run: $SRC/test/agree 6 '$SRC/test/in-netns "sh ./snmp.sh"' */
/* @timeout: 90 */
/* The counters rise as the kernel's do. A probe counts for all of the machine, so another's traffic makes another attempt. */
mib:::tcp*,
mib:::udp*,
mib:::icmp*,
mib:::ip*
{
	@[probename] = sum(arg0);
}

END
{
	printa("%s %@d\n", @);
}
