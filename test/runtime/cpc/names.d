/* What is wrong with a name is said. */
/* @run: for n in no-such-event-all-5 page-faults-user-0 cpu-clock-all-5 page-faults page-faults-both-1 minor-faults-all-99999999999999999999; do $DTRACE -n cpc:::$n 2>&1 | grep -E "match|hint"; done */
