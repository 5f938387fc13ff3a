/*
 * net.d - packets, sockets and headers: what the probes of ip, tcp and udp have in common
 *
 * Translated from the kernel's struct sk_buff, sock and iphdr. An ipinfo_t is made from an IPv4 header or an IPv6 one, whichever it is.
 */

typedef struct pktinfo {
	uintptr_t pkt_addr;	/* address of the packet (struct sk_buff) */
	uint_t pkt_segs;	/* segments that it stands for on the wire; an extension of Linux */
} pktinfo_t;

translator pktinfo_t < struct sk_buff *P > {
	pkt_addr = (uintptr_t)P;
	pkt_segs = P == NULL ? 0 :
	    ((struct skb_shared_info *)((uintptr_t)P->head + P->end))->gso_segs == 0 ? 1 :
	    ((struct skb_shared_info *)((uintptr_t)P->head + P->end))->gso_segs;
};

typedef struct csinfo {
	uintptr_t cs_addr;	/* address of the socket (struct sock) */
	uint64_t cs_cid;	/* the connection: the same number in all of its probes */
	pid_t cs_pid;		/* the process that made or accepted it; -1: not known, or none */
	zoneid_t cs_zoneid;
	string cs_zone;		/* its name; an extension of Linux */
} csinfo_t;

translator csinfo_t < struct sock *S > {
	cs_addr = (uintptr_t)S;
	cs_cid = (uint64_t)S;
	cs_pid = sock_pid(S);
	cs_zoneid = sock_zoneid(S);
	cs_zone = sock_zonename(S);
};

typedef struct ipinfo {
	uint8_t ip_ver;		/* 4, 6; 0 where there is no packet */
	uint16_t ip_plength;	/* bytes behind the header */
	string ip_saddr;
	string ip_daddr;
} ipinfo_t;

translator ipinfo_t < struct iphdr *I > {
	ip_ver = I == NULL ? 0 : I->version;
	ip_plength = I == NULL ? 0 :
	    I->version == 4 ? ntohs(I->tot_len) - (I->ihl << 2) : ntohs(((struct ipv6hdr *)I)->payload_len);
	ip_saddr = I == NULL ? "<unknown>" :
	    I->version == 4 ? inet_ntoa(&I->saddr) : inet_ntoa6(&((struct ipv6hdr *)I)->saddr);
	ip_daddr = I == NULL ? "<unknown>" :
	    I->version == 4 ? inet_ntoa(&I->daddr) : inet_ntoa6(&((struct ipv6hdr *)I)->daddr);
};

/*
 * The ends of a connection, as the providers of servers (http, ftp, nfs and their like) tell them. Those
 * providers come with translators of their own.
 */
typedef struct conninfo {
	string ci_local;	/* address, as text */
	string ci_remote;
	string ci_protocol;	/* "ipv4", "ipv6", "tcp", ... */
} conninfo_t;
