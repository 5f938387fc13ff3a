/* What was assigned before the fault stays assigned. */
/* @opts: -q */
BEGIN { x = 7; this->y = *(int *)NULL; x = 8; }
BEGIN { printf("x %d\n", x); exit(0); }
