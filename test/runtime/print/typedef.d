/* @opts: -q */
typedef struct pt { int x; } pt_t;
typedef int num_t;
pt_t p;
BEGIN { p.x = 1; print(p); print((num_t)5); exit(0); }
