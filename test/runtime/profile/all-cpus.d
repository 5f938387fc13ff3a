/* @run: "$DTRACE" -qn 'profile-50ms { @[cpu] = count(); } tick-1s { exit(0); } END { printa("%d\n", @); }' | grep -c . | xargs test "$(nproc)" -le && echo all */
