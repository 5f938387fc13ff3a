/* Probes that do not exist are an error, with zdefs they are not. */
/* @run: $DTRACE -qn 'no:such:probe:here { exit(1); }' 2>&1 | head -1; $DTRACE -qZ -n 'no:such:probe:here { exit(1); } BEGIN { printf("ok\n"); exit(0); }'; $DTRACE -q -xzdefs -n 'no:such:probe:here { exit(1); } BEGIN { printf("ok\n"); exit(0); }' */
