#!/usr/bin/env -S dtrace -s
/*
 * syscalltop.d - which program makes which system calls, every second, like top(1)
 *
 * usage: syscalltop.d [CLEAR [SECONDS]]
 *
 * The twenty most frequent of each second. CLEAR 1 clears the screen first; SECONDS ends it by itself (10).
 *
 * example:
 *	# syscalltop.d
 *	2026 Nov 22 07:31:08  9 s left
 *	PROGRAM          SYSTEM CALL                   CALLS
 *	clang-format     mmap                             36
 *	clang-format     read                             17
 *	ninja            clock_gettime                   214
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option aggsortrev

dtrace:::BEGIN
{
	left = $2 == 0 ? 10 : $2;
}

syscall:::entry
{
	@calls[execname, probefunc] = count();
}

profile:::tick-1s
{
	printf("%s%Y  %d s left\n", $1 ? "\033[H\033[2J" : "", walltimestamp, --left);
	printf("%-16s %-24s %10s\n", "PROGRAM", "SYSTEM CALL", "CALLS");
	trunc(@calls, 20);
	printa("%-16s %-24s %@10d\n", @calls);
	printf("\n");
	trunc(@calls);
}

profile:::tick-1s
/left == 0/
{
	exit(0);
}
