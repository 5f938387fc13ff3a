/* Committed records have lines like any other; commit() itself has none. */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN { sp = speculation(); }
BEGIN { speculate(sp); trace("first"); }
BEGIN { speculate(sp); }
BEGIN { speculate(sp); trace(2); trace("second"); }
BEGIN { trace("recorded"); }
BEGIN { commit(sp); }
BEGIN { exit(0); }
