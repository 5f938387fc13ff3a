/* @opts: -q */
BEGIN { printf("1"); }
BEGIN { printf("2"); }
END { printf("a"); }
BEGIN { printf("3"); exit(0); }
END { printf("b\n"); }
