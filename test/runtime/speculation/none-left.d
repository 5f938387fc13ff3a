/* With one speculation there is no second; 0 is returned and what is speculated with it is lost. */
/* @opts: -q */
BEGIN { a = speculation(); b = speculation(); printf("%d %d\n", a, b); }
BEGIN { speculate(b); printf("lost\n"); }
BEGIN { commit(b); }
BEGIN { speculate(a); printf("kept\n"); }
BEGIN { commit(a); }
BEGIN { exit(0); }
