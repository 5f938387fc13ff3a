/* exit() in BEGIN: no other probe fires, but END. */
/* @opts: -q */
BEGIN { exit(0); }
syscall:::entry, tick-1ms { printf("%s\n", probename); }
END { printf("end\n"); }
