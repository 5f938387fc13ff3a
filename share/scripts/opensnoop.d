#!/usr/bin/env -S dtrace -s
/*
 * opensnoop.d - files as they are opened, by whom, and with what result
 *
 * usage: opensnoop.d [PID]
 *
 * A line for each open(2), openat(2), openat2(2) and creat(2) that returns, of process PID or of all. FD is the new
 * descriptor, or -1 with the error in ERR.
 *
 * example:
 *	# opensnoop.d
 *	    PID COMM              FD ERR PATH
 *	  11834 sh                 3   0 /etc/ld.so.cache
 *	  11834 sh                 3   0 /lib/x86_64-linux-gnu/libc.so.6
 *	  11834 sh                -1   2 /etc/motd.tail
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%7s %-15s %4s %3s %s\n", "PID", "COMM", "FD", "ERR", "PATH");
}

syscall::open:entry,
syscall::creat:entry
/$1 == 0 || pid == $1/
{
	self->path = arg0;
	self->opening = 1;
}

syscall::openat:entry,
syscall::openat2:entry
/$1 == 0 || pid == $1/
{
	self->path = arg1;
	self->opening = 1;
}

syscall::open:return,
syscall::creat:return,
syscall::openat:return,
syscall::openat2:return
/self->opening/
{
	printf("%7d %-15s %4d %3d %s\n", pid, execname, (int)arg1, errno, copyinstr(self->path));
	self->path = 0;
	self->opening = 0;
}
