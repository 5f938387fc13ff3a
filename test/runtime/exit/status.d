/* @opts: -q */
/* @exit: 7 */
BEGIN { exit(7); }
