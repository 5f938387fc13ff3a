/* @opts: -q */
/* @args: 20ms */
tick-$1 { printf("%s\n", probename); exit(0); }
