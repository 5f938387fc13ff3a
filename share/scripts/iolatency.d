#!/usr/bin/env -S dtrace -s
/*
 * iolatency.d - how long the requests of each disk take, as distributions
 *
 * usage: iolatency.d [SECONDS]
 *
 * Microseconds from handing a request over until it is done, reads and writes of each disk apart. Shown when it ends, or
 * every so many SECONDS.
 *
 * example:
 *	# iolatency.d
 *	^C
 *	  vda, reads, us
 *	           value  ------------- Distribution ------------- count
 *	              32 |                                         0
 *	              64 |@@                                       11
 *	             128 |@@@@@@@@@@@@@@@@@@@@@@@@@                168
 *	             256 |@@@@@@@@@@@                              75
 *	             512 |@@                                       12
 *	            1024 |                                         0
 */
#pragma D option quiet
#pragma D option defaultargs

dtrace:::BEGIN
{
	left = $1;
}

io:::start
{
	handed_over[arg0] = timestamp;
}

io:::done
/handed_over[arg0]/
{
	@[args[1]->dev_statname, args[0]->b_flags & B_READ ? "reads" : "writes"] =
	    quantize((timestamp - handed_over[arg0]) / 1000);
	handed_over[arg0] = 0;
}

profile:::tick-1s
/$1 && --left == 0/
{
	printf("%Y\n", walltimestamp);
	printa("  %s, %s, us%@d\n", @);
	trunc(@);
	left = $1;
}

dtrace:::END
{
	printa("  %s, %s, us%@d\n", @);
}
