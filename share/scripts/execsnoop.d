#!/usr/bin/env -S dtrace -s
/*
 * execsnoop.d - programs as they are started, with their arguments
 *
 * usage: execsnoop.d [UID]
 *
 * A line for each exec that succeeds, with the whole command line, and one for each that fails, with the error in ERR
 * and the path in place of the command line. UID keeps those of one user.
 *
 * example:
 *	# execsnoop.d
 *	  UID     PID    PPID ERR COMMAND
 *	    0   11902   11841   0 sh -c make -s
 *	    0   11903   11902   0 make -s
 *	    0   11904   11903   2 /usr/local/bin/gcc
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option switchrate=10hz

dtrace:::BEGIN
{
	printf("%5s %7s %7s %3s %s\n", "UID", "PID", "PPID", "ERR", "COMMAND");
}

proc:::exec
/$$1 == "" || uid == $1/
{
	self->path = arg0;
}

proc:::exec-success
/self->path/
{
	printf("%5d %7d %7d %3d %s\n", uid, pid, ppid, 0, curpsinfo->pr_psargs);
	self->path = 0;
}

proc:::exec-failure
/self->path/
{
	printf("%5d %7d %7d %3d %s\n", uid, pid, ppid, args[0], copyinstr(self->path));
	self->path = 0;
}
