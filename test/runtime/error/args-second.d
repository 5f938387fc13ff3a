#pragma D option quiet

BEGIN { x = 1; }
BEGIN { y = 1; z = x / (y - 1); }
BEGIN { exit(0); }
ERROR { printf("%d %d %d %d\n", arg1, arg2, arg4, arg5); }
