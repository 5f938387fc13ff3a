#pragma D option pcapsize=1m

BEGIN
{
	pcap(0, 1);
}
