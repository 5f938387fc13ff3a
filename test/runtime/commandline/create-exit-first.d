/* exit() does not wait for the command, which ends with dtrace. */
/* @timeout: 5 */
/* @run: $DTRACE -qn 'tick-100ms { printf("%d\n", $target > 0); exit(3); }' -c 'sleep 60'; echo $? */
