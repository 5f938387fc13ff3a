/* exit() in the clause of the commit. */
/* @opts: -q */
/* @exit: 3 */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); printf("kept\n"); }
BEGIN { commit(sp); exit(3); }
