#!/usr/bin/env -S dtrace -s
/*
 * pagefaults.d - which programs touch memory that is not there yet
 *
 * usage: pagefaults.d
 *
 * For each program, when it ends: FAULTS of its addresses, of them PROTECTION faults (copies on write, mostly), pages
 * that were ZEROED for it, and MAJOR faults, for which a page of a file had to be read.
 *
 * example:
 *	# pagefaults.d
 *	^C
 *	PROGRAM             FAULTS PROTECTION     ZEROED      MAJOR
 *	cc1                  48210        312      46544         11
 *	sh                     871        344        201          0
 */
#pragma D option quiet
#pragma D option aggsortrev

vminfo:::as_fault
{
	@faults[execname] = sum(arg0);
	@protection[execname] = sum(0);
	@zeroed[execname] = sum(0);
	@major[execname] = sum(0);
}

vminfo:::prot_fault
{
	@protection[execname] = sum(arg0);
}

vminfo:::zfod
{
	@zeroed[execname] = sum(arg0);
}

vminfo:::maj_fault
{
	@major[execname] = sum(arg0);
}

dtrace:::END
{
	printf("%-16s %9s %10s %10s %10s\n", "PROGRAM", "FAULTS", "PROTECTION", "ZEROED", "MAJOR");
	printa("%-16s %@9d %@10d %@10d %@10d\n", @faults, @protection, @zeroed, @major);
}
