/* @opts: -q */
/* @args: 7 */
#pragma D option defaultargs
BEGIN { printf("%d %d\n", $1, $3); exit(0); }
