/* @filter: s/^  [0-9]+ /CPU / */
/* From the next record on nothing but what was traced is shown. */
BEGIN { trace(1); }
BEGIN { setopt("quiet"); }
BEGIN { printf("quiet now\n"); }
BEGIN { setopt("quiet", "no"); }
BEGIN { trace(2); exit(0); }
