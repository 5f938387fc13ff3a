/* @run: for i in $(seq $(nproc)); do timeout 3 sh -c 'while :; do :; done' & done; sleep 0.2; "$DTRACE" -qn 'profile-50ms { @[cpu] = count(); } tick-1s { exit(0); } END { printa("%d\n", @); }' | grep -c . | xargs test "$(nproc)" -le && echo all; wait */
/* The processors are kept busy: an idle one may sleep through its samples. */
