#pragma D option quiet

int zero;

BEGIN { a[1 / zero] = 5; printf("no\n"); }
BEGIN { x = a[*(int *)16]; printf("no\n"); }
BEGIN { a[3] = *(int *)24; printf("no\n"); }
BEGIN { printf("%d\n", a[3]); exit(0); }
ERROR { printf("%d %d\n", arg4, arg5); }
