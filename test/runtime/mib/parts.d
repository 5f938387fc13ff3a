/* @run: $SRC/test/agree 6 '$SRC/test/in-netns "sh ./parts.sh"' */
/* @timeout: 90 */
/* Datagrams in parts, datagrams to groups, bytes: as the kernel counts them. A probe counts for all of the machine, so another's traffic makes another
 * attempt. */
mib:::ip*
{
	@[probename] = sum(arg0);
}

END
{
	printa("%s %@d\n", @);
}
