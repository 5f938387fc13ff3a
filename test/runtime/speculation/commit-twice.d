/* @opts: -q */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); printf("once\n"); }
BEGIN { commit(sp); }
BEGIN { commit(sp); }
BEGIN { speculate(sp); printf("too late\n"); }
BEGIN { exit(0); }
