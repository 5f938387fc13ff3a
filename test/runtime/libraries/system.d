/* The system's libraries are always there. */
/* @opts: -q */
BEGIN { printf("%d %d\n", SIGKILL, O_RDWR); exit(0); }
