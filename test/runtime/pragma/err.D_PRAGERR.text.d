/* @exit: 1 */
#pragma D error this program cannot be
BEGIN { exit(0); }
