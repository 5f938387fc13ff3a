/* Where a function begins with an instruction on which no probe may lie, its probe lies behind it; no offset is such an
 * instruction's. */
/* @run: grep -q '\bavx\b' /proc/cpuinfo || exit 77; $DTRACE -qs $TEST -c $PROGRAMS/unfit; echo status $? */
pid$target:a.out:vectors:entry { @[probefunc, probename] = count(); total += arg1; }
pid$target:a.out:vectors:return { @[probefunc, probename] = count(); value = arg1; }
pid$target:a.out:counted:*,
pid$target:a.out:vectors:? { @[probefunc, probename] = count(); }
END { printf("%d %d\n", total, value); printa("%-8s %-7s %@d\n", @); }
