/* What the kernel's verifier says, of programs that it accepts as well; too small a log harms nobody. */
/* @run: for size in 1m 128; do $DTRACE -q -xbpflog -xbpflogsize=$size -n 'BEGIN { printf("ran\n"); exit(0); }' 2>&1 | sed -n 's,^processed.*,verdict,p;/^----/p;/ran/p'; done */
