/* @opts: -q -xnspec=3 */
BEGIN { printf("%d %d %d %d\n", speculation(), speculation(), speculation(), speculation()); exit(0); }
