BEGIN
{
	pcap(0, "ip");
}
