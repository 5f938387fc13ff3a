/*
 * tcp.d - connections and segments: what the tcp provider is about
 *
 * Translated from the kernel's struct tcp_sock and tcphdr. A tcpsinfo_t is one of a tcp probe: arg6 is the state of the connection after the event (16: time-wait, by the socket that it has just given up),
 * arg7 whether the packet repeats another, arg8 the microseconds of a tick. A connection that begins or has ended has a socket of a shorter kind: addresses and no more.
 */

inline int TCP_STATE_ESTABLISHED = 1;
inline int TCP_STATE_SYN_SENT = 2;
inline int TCP_STATE_SYN_RECEIVED = 3;
inline int TCP_STATE_FIN_WAIT_1 = 4;
inline int TCP_STATE_FIN_WAIT_2 = 5;
inline int TCP_STATE_TIME_WAIT = 6;
inline int TCP_STATE_CLOSED = 7;
inline int TCP_STATE_CLOSE_WAIT = 8;
inline int TCP_STATE_LAST_ACK = 9;
inline int TCP_STATE_LISTEN = 10;
inline int TCP_STATE_CLOSING = 11;
/* Linux has no names for what comes before these: it tells it by other means. */
inline int TCP_STATE_IDLE = -5;
inline int TCP_STATE_BOUND = -4;

inline string tcp_state_string[int32_t state] =
    state == TCP_STATE_CLOSED ? "state-closed" :
    state == TCP_STATE_IDLE ? "state-idle" :
    state == TCP_STATE_BOUND ? "state-bound" :
    state == TCP_STATE_LISTEN ? "state-listen" :
    state == TCP_STATE_SYN_SENT ? "state-syn-sent" :
    state == TCP_STATE_SYN_RECEIVED ? "state-syn-received" :
    state == TCP_STATE_ESTABLISHED ? "state-established" :
    state == TCP_STATE_CLOSE_WAIT ? "state-close-wait" :
    state == TCP_STATE_FIN_WAIT_1 ? "state-fin-wait-1" :
    state == TCP_STATE_CLOSING ? "state-closing" :
    state == TCP_STATE_LAST_ACK ? "state-last-ack" :
    state == TCP_STATE_FIN_WAIT_2 ? "state-fin-wait-2" :
    state == TCP_STATE_TIME_WAIT ? "state-time-wait" :
    "<unknown>";

inline uint8_t TH_FIN = 0x01;
inline uint8_t TH_SYN = 0x02;
inline uint8_t TH_RST = 0x04;
inline uint8_t TH_PUSH = 0x08;
inline uint8_t TH_ACK = 0x10;
inline uint8_t TH_URG = 0x20;
inline uint8_t TH_ECE = 0x40;
inline uint8_t TH_CWR = 0x80;

typedef struct tcpsinfo {
	uintptr_t tcps_addr;	/* address of the connection (struct tcp_sock) */
	int tcps_local;		/* is the other end on this host */
	int tcps_active;
	uint16_t tcps_lport;
	uint16_t tcps_rport;
	string tcps_laddr;
	string tcps_raddr;
	int32_t tcps_state;	/* TCP_STATE_ESTABLISHED and so on */
	uint32_t tcps_iss;
	uint32_t tcps_suna;	/* sequence number sent and not acknowledged */
	uint32_t tcps_snxt;	/* next to be sent */
	uint32_t tcps_rack;	/* acknowledged by us */
	uint32_t tcps_rnxt;	/* expected next */
	uint32_t tcps_swnd;	/* windows, in bytes */
	int32_t tcps_snd_ws;	/* and their scales */
	uint32_t tcps_rwnd;
	int32_t tcps_rcv_ws;
	uint32_t tcps_cwnd;	/* congestion window, in bytes */
	uint32_t tcps_cwnd_ssthresh; /* threshold of congestion avoidance, in bytes */
	uint32_t tcps_sack_fack; /* highest sequence number that was acknowledged selectively */
	uint32_t tcps_sack_snxt;
	uint32_t tcps_rto;	/* retransmission timeout, in ms */
	uint32_t tcps_mss;
	int tcps_retransmit;	/* the packet is sent again */
} tcpsinfo_t;

/* All of struct tcp_sock is there, not its beginning alone. */
inline int tcp_is_full[struct tcp_sock *S] =
    S != NULL && arg6 != TCP_STATE_TIME_WAIT && arg6 != 12 /* a request not yet granted */;
inline int tcp_is_v4[struct tcp_sock *S] =
    S->inet_conn.icsk_inet.sk.__sk_common.skc_family == 2 /* AF_INET: not worth a library */;

translator tcpsinfo_t < struct tcp_sock *S > {
	tcps_addr = (uintptr_t)S;
	tcps_local = tcp_is_full[S] && S->inet_conn.icsk_inet.sk.sk_dst_cache != NULL &&
	    (S->inet_conn.icsk_inet.sk.sk_dst_cache->dev->flags & 8) != 0;
	no tcps_active: "the kernel forgets which end opened a connection; see tcp:::connect-established and accept-established";
	/* A connection that ends gives skc_num back first. */
	tcps_lport = S == NULL ? 0 : tcp_is_full[S] ? ntohs(S->inet_conn.icsk_inet.inet_sport) :
	    S->inet_conn.icsk_inet.sk.__sk_common.skc_num;
	tcps_rport = S == NULL ? 0 : ntohs(S->inet_conn.icsk_inet.sk.__sk_common.skc_dport);
	tcps_laddr = S == NULL ? "<unknown>" :
	    tcp_is_v4[S] ? inet_ntoa(&S->inet_conn.icsk_inet.sk.__sk_common.skc_rcv_saddr) :
	    inet_ntoa6(&S->inet_conn.icsk_inet.sk.__sk_common.skc_v6_rcv_saddr);
	tcps_raddr = S == NULL ? "<unknown>" :
	    tcp_is_v4[S] ? inet_ntoa(&S->inet_conn.icsk_inet.sk.__sk_common.skc_daddr) :
	    inet_ntoa6(&S->inet_conn.icsk_inet.sk.__sk_common.skc_v6_daddr);
	tcps_state = S == NULL ? TCP_STATE_CLOSED : arg6 == 12 ? TCP_STATE_SYN_RECEIVED :
	    arg6 == 16 ? TCP_STATE_TIME_WAIT : (int32_t)arg6;
	no tcps_iss: "the kernel forgets the first sequence number of a connection";
	tcps_suna = tcp_is_full[S] ? S->snd_una : 0;
	tcps_snxt = tcp_is_full[S] ? S->snd_nxt : 0;
	tcps_rack = tcp_is_full[S] ? S->rcv_wup : 0;
	tcps_rnxt = tcp_is_full[S] ? S->rcv_nxt : 0;
	tcps_swnd = tcp_is_full[S] ? S->snd_wnd : 0;
	tcps_snd_ws = tcp_is_full[S] ? S->rx_opt.snd_wscale : 0;
	tcps_rwnd = tcp_is_full[S] ? S->rcv_wnd : 0;
	tcps_rcv_ws = tcp_is_full[S] ? S->rx_opt.rcv_wscale : 0;
	tcps_cwnd = tcp_is_full[S] ? S->snd_cwnd * S->mss_cache : 0;
	tcps_cwnd_ssthresh = !tcp_is_full[S] ? 0 :
	    S->snd_ssthresh >= 0x7fffffff ? S->snd_ssthresh : S->snd_ssthresh * S->mss_cache;
	tcps_sack_fack = !tcp_is_full[S] ? 0 :
	    S->sacked_out == 0 ? S->snd_una :
	    S->highest_sack == NULL ? S->snd_nxt : ((struct tcp_skb_cb *)&S->highest_sack->cb[0])->seq;
	no tcps_sack_snxt: "the kernel keeps a queue of what to send again, not a sequence number";
	tcps_rto = tcp_is_full[S] ? S->inet_conn.icsk_rto * arg8 / 1000 : 0;
	tcps_mss = tcp_is_full[S] ? S->mss_cache : 0;
	tcps_retransmit = (int)arg7;
};

typedef struct tcpinfo {
	uint16_t tcp_sport;
	uint16_t tcp_dport;
	uint32_t tcp_seq;
	uint32_t tcp_ack;
	uint8_t tcp_offset;	/* bytes of the header */
	uint8_t tcp_flags;	/* TH_SYN and so on */
	uint16_t tcp_window;
	uint16_t tcp_checksum;
	uint16_t tcp_urgent;
	struct tcphdr *tcp_hdr;
} tcpinfo_t;

translator tcpinfo_t < struct tcphdr *T > {
	tcp_sport = T == NULL ? 0 : ntohs(T->source);
	tcp_dport = T == NULL ? 0 : ntohs(T->dest);
	tcp_seq = T == NULL ? 0 : ntohl(T->seq);
	tcp_ack = T == NULL ? 0 : ntohl(T->ack_seq);
	tcp_offset = T == NULL ? 0 : T->doff << 2;
	tcp_flags = T == NULL ? 0 : T->fin | T->syn << 1 | T->rst << 2 | T->psh << 3 | T->ack << 4 |
	    T->urg << 5 | T->ece << 6 | T->cwr << 7;
	tcp_window = T == NULL ? 0 : ntohs(T->window);
	tcp_checksum = T == NULL ? 0 : ntohs(T->check);
	tcp_urgent = T == NULL ? 0 : ntohs(T->urg_ptr);
	tcp_hdr = T;
};

typedef struct tcplsinfo {
	int32_t tcps_state;	/* the state before */
} tcplsinfo_t;

translator tcplsinfo_t < int I > {
	tcps_state = I;
};
