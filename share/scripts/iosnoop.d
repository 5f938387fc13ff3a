#!/usr/bin/env -S dtrace -s
/*
 * iosnoop.d - requests of disks as they are done, with who asked, where on the disk, and how long it took
 *
 * usage: iosnoop.d [DEVICE]
 *
 * A line for each request that is done. PID and COMM are those of who handed it over: the reader, or the thread that
 * writes cached pages back. D is R for reads and W for writes, SIZE is in bytes, MS the time since it was handed over.
 * FILE is known where the page cache is involved. DEVICE (such as sda) keeps those of one disk.
 *
 * example:
 *	# iosnoop.d
 *	    PID COMM            DEVICE  D        BLOCK     SIZE       MS FILE
 *	  12011 cat             vda     R    358744066   131072    0.214 /var/lib/dpkg/status
 *	  12011 cat             vda     R    358744322    81920    0.180 /var/lib/dpkg/status
 *	    311 kworker/u8:2    vda     W     11272040     4096    0.391 /root/.bash_history
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%7s %-15s %-7s %s %12s %8s %8s %s\n", "PID", "COMM", "DEVICE", "D", "BLOCK", "SIZE", "MS", "FILE");
}

io:::start
/$$1 == "" || args[1]->dev_statname == $$1/
{
	handed_over[arg0] = timestamp;
}

io:::done
/handed_over[arg0]/
{
	this->us = (timestamp - handed_over[arg0]) / 1000;
	printf("%7d %-15s %-7s %s %12d %8d %4d.%03d %s\n", pid, execname, args[1]->dev_statname,
	    args[0]->b_flags & B_READ ? "R" : "W", args[0]->b_blkno, args[0]->b_bcount, this->us / 1000, this->us % 1000,
	    args[2]->fi_pathname);
	handed_over[arg0] = 0;
}
