/*
 * udp.d - datagrams: what the udp provider is about
 *
 * Translated from the kernel's struct udp_sock and udphdr.
 */

typedef struct udpsinfo {
	uintptr_t udps_addr;	/* address of the socket (struct udp_sock) */
	uint16_t udps_lport;
	uint16_t udps_rport;	/* 0 unless the socket is connected */
	string udps_laddr;
	string udps_raddr;
} udpsinfo_t;

inline int udp_is_v4[struct udp_sock *S] = S->inet.sk.__sk_common.skc_family == 2 /* AF_INET: not worth a library */;

translator udpsinfo_t < struct udp_sock *S > {
	udps_addr = (uintptr_t)S;
	udps_lport = S == NULL ? 0 : S->inet.sk.__sk_common.skc_num;
	udps_rport = S == NULL ? 0 : ntohs(S->inet.sk.__sk_common.skc_dport);
	udps_laddr = S == NULL ? "<unknown>" :
	    udp_is_v4[S] ? inet_ntoa(&S->inet.sk.__sk_common.skc_rcv_saddr) :
	    inet_ntoa6(&S->inet.sk.__sk_common.skc_v6_rcv_saddr);
	udps_raddr = S == NULL ? "<unknown>" :
	    udp_is_v4[S] ? inet_ntoa(&S->inet.sk.__sk_common.skc_daddr) :
	    inet_ntoa6(&S->inet.sk.__sk_common.skc_v6_daddr);
};

typedef struct udpinfo {
	uint16_t udp_sport;
	uint16_t udp_dport;
	uint16_t udp_length;	/* bytes, with the header */
	uint16_t udp_checksum;
	struct udphdr *udp_hdr;
} udpinfo_t;

translator udpinfo_t < struct udphdr *U > {
	udp_sport = U == NULL ? 0 : ntohs(U->source);
	udp_dport = U == NULL ? 0 : ntohs(U->dest);
	udp_length = U == NULL ? 0 : ntohs(U->len);
	udp_checksum = U == NULL ? 0 : ntohs(U->check);
	udp_hdr = U;
};
