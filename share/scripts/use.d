#!/usr/bin/env -S dtrace -s
/*
 * use.d - every resource of the machine: how much of it is used, who waits for it, what fails
 *
 * usage: use.d [SECONDS]
 *
 * A checklist by the USE method (utilisation, saturation, errors), over SECONDS (5), then it ends. Read it from above: what is
 * used up or waited for is where to look closer.
 *
 * CPU: the share of time that each ran threads; milliseconds that threads waited in its queue, of each second (runqlat.d
 * tells more). Memory (NUMA node 0): the share that holds anything, caches too; pages that reclaim had to look at each second; processes
 * killed for want of it. Disk: the share of time in which it had requests; milliseconds that requests were under way, of
 * each second (1000 for each that it always has); failed ones (iosnoop.d). Network: KiB each second, in and out; transmissions put off by a full interface; packets dropped, and of TCP
 * the segments sent again.
 *
 * example:
 *	# use.d
 *	RESOURCE     UTILISATION             SATURATION              ERRORS
 *	CPU 0                 91 %                    540 ms waited
 *	CPU 1                 97 %                    902 ms waited
 *	memory 0              62 %                      0 scanned           0 killed
 *	disk vda              14 %                    210 ms waited         0 failed
 *	net eth0             212 KiB/s                  0 put off
 *	network                                                             0 dropped, 3 sent again
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option dynvarsize=8m
#pragma D option aggsortkey

inline struct pglist_data *node =
    ((struct mem_cgroup *)curthread->cgroups->subsys[memory_cgrp_id])->nodeinfo[0]->lruvec.pgdat;
inline uint64_t managed[int zone] = (uint64_t)node->node_zones[zone].managed_pages.counter;
inline uint64_t unused[int zone] = (uint64_t)node->node_zones[zone].vm_stat[NR_FREE_PAGES].counter;

uint64_t seconds;
uint64_t last[dev_t];	/* when the disk's last request was done */

dtrace:::BEGIN
{
	seconds = $1 ? $1 : 5;
	left = seconds;
	@scanned = sum(0);
	@killed = sum(0);
	@dropped = sum(0);
	@again = sum(0);
	printf("%-12s %-23s %-23s %s\n", "RESOURCE", "UTILISATION", "SATURATION", "ERRORS");
}

/* ---- CPU ---- */

profile:::profile-101
{
	@busy[cpu] = sum(pid ? 100 : 0);
	@waited[cpu] = sum(0);
}

sched:::enqueue
{
	queued[args[0]->pr_lwpid] = timestamp;
}

sched:::on-cpu
/queued[tid]/
{
	@waited[cpu] = sum(timestamp - queued[tid]);
	queued[tid] = 0;
}

/* ---- memory ---- */

vminfo:::scan
{
	@scanned = sum(arg0);
}

sdt:::mark_victim
{
	@killed = sum(1);
}

/* ---- disks ---- */

io:::start
{
	began[arg0] = timestamp;
}

/* Busy since the one before was done, or since this one began: of requests that overtake others a little is missed. */
io:::done
/began[arg0]/
{
	this->since = began[arg0] > last[args[0]->b_edev] ? began[arg0] : last[args[0]->b_edev];
	@used[args[1]->dev_statname] = sum(timestamp > this->since ? 100 * (timestamp - this->since) : 0);
	@under_way[args[1]->dev_statname] = sum(timestamp - began[arg0]);
	@failed[args[1]->dev_statname] = sum(args[0]->b_error != 0);
	last[args[0]->b_edev] = timestamp;
	began[arg0] = 0;
}

/* ---- network ---- */

sdt:::net_dev_xmit
{
	@bytes[stringof(args[2]->name)] = sum(args[3]);
	@put_off[stringof(args[2]->name)] = sum(args[1] != 0);
}

sdt:::netif_receive_skb
{
	@bytes[stringof(args[0]->dev->name)] = sum(args[0]->len);
	@put_off[stringof(args[0]->dev->name)] = sum(0);
}

sdt:::kfree_skb
/(int)args[2] > SKB_DROP_REASON_NOT_SPECIFIED/
{
	@dropped = sum(1);
}

sdt:::tcp_retransmit_skb
{
	@again = sum(1);
}

profile:::tick-1s
/--left == 0/
{
	exit(0);
}

dtrace:::END
{
	normalize(@busy, 101 * seconds);
	normalize(@waited, 1000000 * seconds);
	printa("CPU %-8d %@11d %%  %@21d ms waited\n", @busy, @waited);
	this->all = managed[0] + managed[1] + managed[2] + managed[3];
	this->free = unused[0] + unused[1] + unused[2] + unused[3];
	printf("%-12s %11d %%", "memory 0", 100 - 100 * this->free / this->all);
	normalize(@scanned, seconds);
	printa("  %@21d scanned     %@7d killed\n", @scanned, @killed);
	normalize(@used, 1000000000 * seconds);
	normalize(@under_way, 1000000 * seconds);
	printa("disk %-7s %@11d %%  %@21d ms waited   %@7d failed\n", @used, @under_way, @failed);
	normalize(@bytes, 1024 * seconds);
	printa("net %-8s %@11d KiB/s %@18d put off\n", @bytes, @put_off);
	printa("network %@57d dropped, %@d sent again\n", @dropped, @again);
}
