/* The shell sees the low eight bits. */
/* @opts: -q */
/* @exit: 1 */
BEGIN { exit(257); }
