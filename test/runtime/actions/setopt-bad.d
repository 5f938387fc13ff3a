/* A bad option is reported and nothing else. */
/* @opts: -q */
BEGIN { setopt("nonsense"); }
BEGIN { setopt("bufsize", "4m"); }
BEGIN { setopt("aggrate", "often"); }
BEGIN { printf("still here\n"); exit(0); }
