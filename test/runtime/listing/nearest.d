/* What does not exist has its nearest names: slips, and beginnings. */
/* @run: for n in sched:::offcpu io:::star syscall::opn:entry lockstat:::spin io:::begin; do $DTRACE -n $n 2>&1 | grep -E "match|hint"; done */
