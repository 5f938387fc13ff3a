/* A program whose libc begins its functions with vector instructions does under probes what it does without. */
/* @needs: uprobe_multi */
/* @run: for c in "sed -n 1s/^.*$/ok/p /etc/passwd" "printf %s-%d-%c x 5 a"; do $DTRACE -qn 'pid$target:libc.so.6::entry { @ = count(); } END { printa(@); }' -c "$c" | sed 's/^ *[1-9][0-9]\{2,\}$/some/'; done */
BEGIN { exit(0); }
