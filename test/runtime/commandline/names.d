/* Probes by provider, module, function, name and id, each with a clause. */
/* @run: $DTRACE -q -n 'BEGIN { printf("n\n"); }' -P dtrace'/probename == "BEGIN"/ { printf("P\n"); }' -n 'dtrace:::BEGIN { printf("full\n"); }' -i 1'{ printf("i\n"); }' -n 'BEGIN { exit(0); }' */
