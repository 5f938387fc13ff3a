/* exit() in END sets the status; all clauses of END run. */
/* @opts: -q */
/* @exit: 9 */
BEGIN { exit(1); }
END { printf("one\n"); exit(5); }
END { printf("two\n"); exit(9); }
END { printf("three\n"); }
