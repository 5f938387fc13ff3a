/* @opts: -q */
/* @exit: 255 */
BEGIN { exit(-1); }
