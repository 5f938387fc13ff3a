/* @filter: s/^  [0-9]+ /CPU / */
/* Every clause has a line of its own, in the order of the program. */
BEGIN { trace("first"); }
BEGIN { trace("second"); }
END { trace("last"); }
BEGIN { trace("third"); exit(0); }
