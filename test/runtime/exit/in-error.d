/* exit() in ERROR ends tracing like any other: the next clause of the faulting probe is not run. */
/* @opts: -q */
/* @exit: 4 */
BEGIN { printf("begin %d\n", *(int *)NULL); }
BEGIN { printf("not reached\n"); }
ERROR { printf("error\n"); exit(4); }
END { printf("end\n"); }
