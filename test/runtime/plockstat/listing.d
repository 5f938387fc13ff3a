/* The probes of a process, and their arguments. */
/* @run: $DTRACE -lvn plockstat\$target:::mutex-acquire,plockstat\$target:::rw-blocked -c /bin/true | sed -e 1d -e "s,^ *[0-9][0-9]* plockstat[0-9]* *,," */
