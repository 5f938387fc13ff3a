/* After exit() the clauses that follow do not run. */
#pragma D option quiet

BEGIN { printf("a\n"); exit(0); printf("b\n"); }
BEGIN { printf("c\n"); }
END { printf("d\n"); }
