/* @run: $SRC/test/agree 3 '$SRC/test/in-netns "sh ./queue.sh"' */
/* @needs: tp:kfree_skb */
/* @timeout: 90 */
/* What a full queue throws away. */
mib:::ipOutDiscards,
mib:::ipv6OutDiscards,
mib:::ipIfStatsOutDiscards
{
	@[probename] = sum(arg0);
}

END
{
	setopt("aggsortkey");
	printa("%s %@d\n", @);
}
