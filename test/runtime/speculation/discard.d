/* @opts: -q */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); printf("never seen\n"); }
BEGIN { discard(sp); }
BEGIN { printf("done\n"); exit(0); }
