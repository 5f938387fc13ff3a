#pragma D option quiet

/* All ticks of a second, whatever the unit. */
tick-200ms { ms++; }
tick-200msec { msec++; }
tick-200000us { us++; }
tick-200000usec { usec++; }
tick-200000000ns { ns++; }
tick-200000000nsec { nsec++; }
tick-5hz { hz++; }
tick-5 { bare++; }

tick-1s
{
	printf("%d %d %d %d %d %d %d %d\n", ms, msec, us, usec, ns, nsec, hz, bare);
	exit(0);
}
