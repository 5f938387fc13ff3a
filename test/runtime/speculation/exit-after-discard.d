/* Unlike commit(), discard() may stand beside exit(). */
/* @opts: -q */
/* @exit: 3 */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); printf("lost\n"); }
BEGIN { discard(sp); exit(3); }
