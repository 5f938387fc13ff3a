/* BEGIN and END have no arguments to speak of; ids are 1, 2 and 3. */
/* @opts: -q */
BEGIN, END { printf("%d\n", id); }
BEGIN { x = 1 / (id - 1); }
ERROR { printf("%d\n", id); exit(0); }
