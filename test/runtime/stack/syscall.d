/* @run: "$DTRACE" -qn 'syscall::getppid:entry /pid == $target/ { stack(); }' -c "perl -e 'syscall(110)'" > "$TMP/o"; grep -c "vmlinux.do_syscall_64+0x" "$TMP/o"; grep -cE "bpf_prog|bpf_trace|__traceiter" "$TMP/o"; true */

/* The way into the system call, without the tracing itself. */
