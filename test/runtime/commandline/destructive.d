/* -w is said, unless quiet. */
/* @run: for o in '' -w -xdestructive -qw; do $DTRACE $o -n 'BEGIN { exit(0); }' 2>&1 >/dev/null; echo; done */
