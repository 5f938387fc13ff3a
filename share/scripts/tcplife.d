#!/usr/bin/env -S dtrace -s
/*
 * tcplife.d - TCP connections as they end: how long they lived, how much they carried
 *
 * usage: tcplife.d
 *
 * A line for each end on this host of a connection that was established while this runs and has ended. PID and COMM are of the program that asked for the
 * connection or accepted it; TX and RX are bytes of data, each counted once.
 *
 * example:
 *	# tcplife.d
 *	    PID COMM            LOCAL                            REMOTE                                  TX         RX        MS
 *	  20211 curl            10.0.0.7:41822                   93.184.216.34:443                      617       5731     44.13
 *	    907 nginx           10.0.0.7:443                     10.0.0.31:50244                      18233        402   5003.70
 */
#pragma D option quiet
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%7s %-15s %-31s  %-31s  %9s  %9s  %8s\n", "PID", "COMM", "LOCAL", "REMOTE", "TX", "RX", "MS");
}

tcp:::state-change
/args[3]->tcps_state == TCP_STATE_SYN_SENT/
{
	owner[args[1]->cs_cid] = pid;
	name[args[1]->cs_cid] = execname;
}

tcp:::state-change
/args[3]->tcps_state == TCP_STATE_ESTABLISHED/
{
	born[args[1]->cs_cid] = timestamp;
}

syscall::accept:return,
syscall::accept4:return
/(int)arg1 >= 0/
{
	this->cid = (uint64_t)((struct socket *)curthread->files->fdt->fd[(int)arg1]->private_data)->sk;
}

syscall::accept:return,
syscall::accept4:return
/(int)arg1 >= 0 && born[this->cid]/
{
	owner[this->cid] = pid;
	name[this->cid] = execname;
}

tcp:::state-change
/(args[3]->tcps_state == TCP_STATE_TIME_WAIT || args[3]->tcps_state == TCP_STATE_CLOSED) && born[args[1]->cs_cid]/
{
	this->tcp = (struct tcp_sock *)args[3]->tcps_addr;
	this->us = (timestamp - born[args[1]->cs_cid]) / 1000;
	/* The kernel counts the peer's end of data (SOCK_DONE) as a byte received. */
	this->done = (this->tcp->inet_conn.icsk_inet.sk.__sk_common.skc_flags >> 1) & 1;
	printf("%7d %-15s %-31s  %-31s  %9d  %9d  %5d.%02d\n", owner[args[1]->cs_cid],
	    owner[args[1]->cs_cid] ? name[args[1]->cs_cid] : "-",
	    strjoin(args[3]->tcps_laddr, strjoin(":", lltostr(args[3]->tcps_lport))),
	    strjoin(args[3]->tcps_raddr, strjoin(":", lltostr(args[3]->tcps_rport))),
	    this->tcp->bytes_sent - this->tcp->bytes_retrans, this->tcp->bytes_received - this->done, this->us / 1000, this->us / 10 % 100);
}

tcp:::state-change
/args[3]->tcps_state == TCP_STATE_TIME_WAIT || args[3]->tcps_state == TCP_STATE_CLOSED/
{
	born[args[1]->cs_cid] = 0;
	owner[args[1]->cs_cid] = 0;
	name[args[1]->cs_cid] = 0;
}
