#!/usr/bin/env -S dtrace -s
/*
 * tcpconn.d - TCP connections as they are made: by whom, with whom, how long it took
 *
 * usage: tcpconn.d
 *
 * A line for each connection that this host asks for, when it is established or refused (->, with the milliseconds from the request on),
 * and for each that a program accepts (<-). One that is asked for where nobody answers shows when the kernel gives it up.
 *
 * example:
 *	# tcpconn.d
 *	    PID COMM               LOCAL                            REMOTE                           RESULT
 *	  20211 curl            -> 10.0.0.7:41822                   93.184.216.34:443                11.204 ms
 *	  20213 curl            -> 10.0.0.7:39114                   10.0.0.9:8080                    refused
 *	    907 nginx           <- 10.0.0.7:443                     10.0.0.31:50244                  accepted
 */
#pragma D option quiet
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%7s %-15s    %-31s  %-31s  %s\n", "PID", "COMM", "LOCAL", "REMOTE", "RESULT");
}

/* The program that asks runs here; what comes of it is told to whatever an interrupt finds. */
tcp:::state-change
/args[3]->tcps_state == TCP_STATE_SYN_SENT/
{
	asked[args[1]->cs_cid] = timestamp;
	asker[args[1]->cs_cid] = pid;
	name[args[1]->cs_cid] = execname;
}

tcp:::connect-established
/asked[args[1]->cs_cid]/
{
	this->took = (timestamp - asked[args[1]->cs_cid]) / 1000;
	printf("%7d %-15s -> %-31s  %-31s  %d.%03d ms\n", asker[args[1]->cs_cid], name[args[1]->cs_cid],
	    strjoin(args[3]->tcps_laddr, strjoin(":", lltostr(args[3]->tcps_lport))),
	    strjoin(args[3]->tcps_raddr, strjoin(":", lltostr(args[3]->tcps_rport))), this->took / 1000, this->took % 1000);
	asked[args[1]->cs_cid] = 0;
}

tcp:::connect-refused
/asked[args[1]->cs_cid]/
{
	refused[args[1]->cs_cid] = 1;
}

tcp:::state-change
/args[5]->tcps_state == TCP_STATE_SYN_SENT && args[3]->tcps_state == TCP_STATE_CLOSED && asked[args[1]->cs_cid]/
{
	printf("%7d %-15s -> %-31s  %-31s  %s\n", asker[args[1]->cs_cid], name[args[1]->cs_cid],
	    strjoin(args[3]->tcps_laddr, strjoin(":", lltostr(args[3]->tcps_lport))),
	    strjoin(args[3]->tcps_raddr, strjoin(":", lltostr(args[3]->tcps_rport))), refused[args[1]->cs_cid] ? "refused" : "failed");
}

tcp:::state-change
/args[3]->tcps_state == TCP_STATE_ESTABLISHED || args[3]->tcps_state == TCP_STATE_CLOSED/
{
	asked[args[1]->cs_cid] = 0;
	asker[args[1]->cs_cid] = 0;
	name[args[1]->cs_cid] = 0;
	refused[args[1]->cs_cid] = 0;
}

syscall::accept:return,
syscall::accept4:return
/(int)arg1 >= 0/
{
	this->sock = ((struct socket *)curthread->files->fdt->fd[(int)arg1]->private_data)->sk;
	this->common = &this->sock->__sk_common;
	this->v4 = this->common->skc_family == AF_INET;
	this->tcp = this->sock->sk_protocol == IPPROTO_TCP && (this->v4 || this->common->skc_family == AF_INET6);
}

syscall::accept:return,
syscall::accept4:return
/(int)arg1 >= 0 && this->tcp/
{
	printf("%7d %-15s <- %-31s  %-31s  accepted\n", pid, execname,
	    strjoin(this->v4 ? inet_ntoa(&this->common->skc_rcv_saddr) : inet_ntoa6(&this->common->skc_v6_rcv_saddr),
	    strjoin(":", lltostr(this->common->skc_num))),
	    strjoin(this->v4 ? inet_ntoa(&this->common->skc_daddr) : inet_ntoa6(&this->common->skc_v6_daddr),
	    strjoin(":", lltostr(ntohs(this->common->skc_dport)))));
}
