/* Without ERROR clauses there is the message alone. */
/* @opts: -q */
/* @filter: s/ at DIF offset [0-9]+$// */
BEGIN { x = 1; y = 10 / (x - 1); }
BEGIN { printf("on\n"); exit(0); }
