/* Records of all CPUs come in the order of time. */
/* @run: $DTRACE -q -s $TEST -xtemporal=1 | grep . | sort -c -n && echo sorted */
profile-997 { printf("%d\n", timestamp); }
tick-200ms { exit(0); }
