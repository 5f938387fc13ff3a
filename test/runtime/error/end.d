#pragma D option quiet

BEGIN { exit(0); }
END { x = *(int *)0; }
END { printf("end goes on\n"); }
ERROR { printf("error in %d\n", arg1); }
