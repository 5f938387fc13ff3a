/* -f and -m */
/* @run: $DTRACE -q -f kill'/pid == $target/ { printf("f %s\n", probename); }' -c 'sh -c "kill -0 $$"'; $DTRACE -q -m syscall:vmlinux'/pid == $target && probefunc == "kill" / { printf("m %s\n", probename); }' -c 'sh -c "kill -0 $$"' */
