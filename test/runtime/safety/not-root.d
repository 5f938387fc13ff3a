/* Without privileges one line says what is missing. */
/* @needs: setpriv */
/* @run: setpriv --reuid=65534 test -x $DTRACE || { echo others may not run $DTRACE; exit 77; }; setpriv --reuid=65534 --regid=65534 --clear-groups $DTRACE -qn 'BEGIN { exit(0); }' 2>&1 | wc -l; setpriv --reuid=65534 --regid=65534 --clear-groups $DTRACE -qn 'BEGIN { exit(0); }' 2>&1 | grep -c 'CAP_\|root\|rivilege' */
