/* @opts: -C -q */
#define VALUE 42
#define ADD(a, b) ((a) + (b))
BEGIN { printf("%d %d\n", VALUE, ADD(VALUE, 1)); exit(0); }
