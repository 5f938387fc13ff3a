/* A fault in a predicate: action 0, and the clause is not run. */
/* @opts: -q */
/* @filter: s/ at DIF offset [0-9]+$// */
BEGIN { x = 0; }
BEGIN / 5 % x == 0 / { printf("not reached\n"); }
ERROR { printf("action %d fault %d\n", arg2, arg4); }
BEGIN { exit(0); }
