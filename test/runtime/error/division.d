/* @opts: -q */
BEGIN { zero = 0; }
BEGIN { x = 1 / zero; }
BEGIN { x = 1 % zero; }
BEGIN { x = 1u / zero; }
BEGIN { zero64 = (int64_t)0; x = 5 / zero64; }
ERROR { printf("fault %d\n", arg4); }
BEGIN { exit(0); }
