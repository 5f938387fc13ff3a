/* @filter: s/^  [0-9]+ /CPU / */
BEGIN { trace(1); print(2); trace(3); exit(0); }
