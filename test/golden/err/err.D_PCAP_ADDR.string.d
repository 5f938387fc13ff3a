BEGIN
{
	pcap("packet", 1);
}
