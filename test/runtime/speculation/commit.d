/* What was recorded for a speculation appears when it is committed, in place of the commit. */
/* @opts: -q */
BEGIN { sp = speculation(); printf("id %d\n", sp); }
BEGIN { speculate(sp); printf("speculated\n"); }
BEGIN { printf("recorded\n"); }
BEGIN { commit(sp); }
BEGIN { printf("after\n"); exit(0); }
