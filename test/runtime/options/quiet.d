/* @opts: -xquiet */
BEGIN { printf("quiet\n"); exit(0); }
