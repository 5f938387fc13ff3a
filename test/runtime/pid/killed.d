/* dtrace is killed while it holds a command still at an exec: the command goes with it. One that becomes another user is not held. */
/* @run: timeout 120 python3 killed.py $DTRACE $TMP; $DTRACE -Zqn 'pid$target::no_such_function:entry { }' -c "setpriv --reuid=65534 --clear-groups echo another user" 2>/dev/null */
/* @timeout: 130 */
BEGIN { exit(0); }
