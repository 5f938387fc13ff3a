/* Truth values of options. */
/* @run: for v in yes no on off true false enable disable set unset 0 1 5; do $DTRACE -q -xflowindent=$v -n 'BEGIN { exit(0); }' | grep -c FUNCTION | sed "s/^/$v /"; done; $DTRACE -q -xflowindent=perhaps -n 'BEGIN { exit(0); }' 2>&1 | grep -v hint */
