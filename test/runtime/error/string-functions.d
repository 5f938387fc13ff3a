/* A bad address in a string function is a fault of that address. */
#pragma D option quiet

BEGIN { n = strlen(stringof((char *)1)); printf("no\n"); }
BEGIN { s = strjoin("a", stringof((char *)2)); printf("no\n"); }
BEGIN { n = stringof((char *)3) == "x"; printf("no\n"); }
BEGIN { printf("%s", stringof((char *)4)); }
BEGIN { m[stringof((char *)5)] = 1; printf("no\n"); }
BEGIN { @[stringof((char *)6)] = count(); printf("no\n"); }
BEGIN { bcopy((char *)7, alloca(8), 8); printf("no\n"); }
BEGIN { tracemem((char *)8, 8); }
BEGIN { trace(*(long *)9); }
BEGIN { exit(0); }
ERROR { printf("%d %d\n", arg4, arg5); }
