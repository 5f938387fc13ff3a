/* Numbers of no speculation are ignored. */
/* @opts: -q -xnspec=2 */
BEGIN { commit(0); }
BEGIN { commit(-1); }
BEGIN { discard(100); }
BEGIN { speculate(-1); printf("no\n"); }
BEGIN { speculate(3); printf("no\n"); }
BEGIN { speculate(1); printf("not active\n"); }
BEGIN { commit(1); }
BEGIN { printf("done\n"); exit(0); }
