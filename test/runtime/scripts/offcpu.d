/* @needs: tp:sched_exit_tp */
/* @run: $DTRACE -s $SRC/share/scripts/offcpu.d 0 200000 -c "sleep 0.3" 2>/dev/null | awk '/nanosleep/ {sub(/[+]0x[0-9a-f]+/, ""); text = text $1 " "} /ms off/ {if (/^ +sleep /) print text ($2 >= 300) "\n" substr($0, 1, 18) "  1000 ms" substr($0, 28); text = ""}' | grep -oE 'vmlinux.do_nanosleep|libc.so.6.clock_nanosleep| 1$|^ .*' */
/* A sleeping program waits where it sleeps, in the kernel and in its library. */
