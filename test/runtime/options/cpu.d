/* @trigger: taskset -c 0 sh -c "while :; do :; done" */
/* Probes of other CPUs are left out. */
/* @opts: -q -xcpu=0 */
profile-199 { @[cpu] = count(); }
tick-100ms { exit(0); }
END { printa("cpu %d\n", @); }
