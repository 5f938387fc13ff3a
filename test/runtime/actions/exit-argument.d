/* @exit: 42 */
/* @opts: -q */
BEGIN { x = 40; }
BEGIN { exit(x + 2); }
