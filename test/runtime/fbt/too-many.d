/* Without kprobe_multi only so many functions can be traced at once, and that is said. */
/* @needs: kprobe */
/* @timeout: 60 */
/* @run: "$DTRACE" -xnofeature=kprobe_multi -qn 'fbt:::entry { @ = count(); }' 2>&1 | sed 's/[0-9][0-9]* functions/N functions/'; echo */
