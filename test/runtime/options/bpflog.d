/* What the kernel's verifier says, of programs that it accepts as well; too small a log harms nobody (kernels before 6.4 then say nothing). */
/* @run: for size in 1m 128; do $DTRACE -q -xbpflog -xbpflogsize=$size -n 'BEGIN { printf("ran\n"); exit(0); }' 2>&1 | sed -n "s,^processed.*,verdict $size,p;/^----/p;/ran/p"; done | grep -v 'verdict 128' */
