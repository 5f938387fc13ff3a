/* -F shows its lines even with -q, whose records have no newline of their own. */
/* @opts: -F -q */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN { printf("x\n"); exit(0); }
