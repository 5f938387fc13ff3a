#pragma D option quiet

BEGIN { printf("1\n"); }
BEGIN { x = *(int *)0; printf("2\n"); }
BEGIN { printf("3\n"); }
BEGIN { exit(0); }
ERROR { printf("error\n"); }
