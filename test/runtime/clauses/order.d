#pragma D option quiet

BEGIN { printf("1 "); }
BEGIN { printf("2 "); }
BEGIN { printf("3 "); }
dtrace:::BEGIN { printf("4 "); }
:::BEGIN { printf("5\n"); exit(0); }
END { printf("end 1\n"); }
END { printf("end 2\n"); }
