/* Of records of 16 bytes a buffer of 64 holds 4. */
/* @opts: -q -xspecsize=64 */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); printf("%d\n", 1); n++; }
BEGIN { speculate(sp); printf("%d\n", 2); n++; }
BEGIN { speculate(sp); printf("%d\n", 3); n++; }
BEGIN { speculate(sp); printf("%d\n", 4); n++; }
BEGIN { speculate(sp); printf("%d\n", 5); n++; }
BEGIN { speculate(sp); printf("%d\n", 6); n++; }
BEGIN { commit(sp); }
BEGIN { printf("%d clauses ran\n", n); exit(0); }
