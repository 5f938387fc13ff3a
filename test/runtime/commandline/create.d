/* The command runs when tracing does, and tracing ends when it does. */
/* @run: $DTRACE -n 'BEGIN { trace("begin"); }' -c 'echo from the command' 2>&1 | sed -E 's/^  [0-9]+ /CPU /; s/pid [0-9]+/pid PID/' | sort */
