#pragma D option quiet

BEGIN { printf("%d %d\n", id, epid); }
BEGIN { printf("%d %d\n", id, epid); exit(0); }
END { printf("%d %d\n", id, epid); }
