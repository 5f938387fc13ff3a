/* A commit of nothing shows nothing. */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); x = 1; }
BEGIN { commit(sp); }
BEGIN { trace(x); exit(0); }
