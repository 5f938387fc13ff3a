/* Arguments may stand in probe descriptions. */
/* @opts: -q */
/* @args: BEGIN */
dtrace:::$1 { printf("%s\n", probename); exit(0); }
