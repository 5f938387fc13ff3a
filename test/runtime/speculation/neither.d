/* Neither committed nor discarded: nothing is shown. */
/* @opts: -q */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); printf("never seen\n"); }
BEGIN { exit(0); }
