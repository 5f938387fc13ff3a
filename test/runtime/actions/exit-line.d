/* exit() is recorded: its clause has a line, with what else it traced. */
/* @filter: s/^  [0-9]+ /CPU / */
/* @exit: 1 */
BEGIN { trace("x"); exit(1); }
END { trace("y"); }
