/* @run: "$DTRACE" -qn 'syscall:::entry { @ = count(); } tick-100ms { printf("up\n"); }' > "$TMP/up" & other=$!; until grep -q up "$TMP/up"; do sleep 0.05; done; "$DTRACE" -qn 'syscall::getppid:entry /pid == $target/ { stack(1); }' -c "perl -e 'syscall(110)'" | grep -cE 'vmlinux.(__bpf|__trace|bpf_)'; kill $other; wait $other; true */

/* A stack begins at the same frame when somebody else traces the same event. */
