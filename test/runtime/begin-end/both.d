/* One clause for both. */
/* @opts: -q */
BEGIN, END { printf("%s:%s:%s:%s\n", probeprov, probemod, probefunc, probename); }
BEGIN { exit(0); }
