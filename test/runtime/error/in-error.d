/* A fault in ERROR itself fires nothing more. */
/* @opts: -q */
BEGIN { trace(*(int *)NULL); }
ERROR { printf("once\n"); }
ERROR { trace(*(int *)NULL); }
ERROR { printf("twice\n"); }
BEGIN { exit(0); }
