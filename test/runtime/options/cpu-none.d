/* A CPU that the machine does not have is refused. */
/* @opts: -q -xcpu=8191 */
/* @exit: 1 */
/* @filter: s,0 to [0-9][0-9]*,0 to N, */
BEGIN { exit(0); }
