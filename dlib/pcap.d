/*
 * pcap.d - what the data of a packet begins with, for pcap(): the link types of capture files
 */

inline int PCAP_ETHER = 1;
inline int PCAP_ETHERNET = 1;
inline int PCAP_PPP = 9;
inline int PCAP_FDDI = 10;
inline int PCAP_IP = 101;
inline int PCAP_WIFI = 105;
inline int PCAP_LOOP = 108;
inline int PCAP_APPLETALK = 114;
inline int PCAP_IPNET = 226;
inline int PCAP_IPOIB = 242;
