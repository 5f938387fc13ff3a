/* A program that says it was made by Go: entries, with arguments where Go has them; no returns, and why. */
/* @needs: objcopy */
/* @run: echo x > $TMP/x; objcopy --add-section .go.buildinfo=$TMP/x $PROGRAMS/calls $TMP/like-go; $DTRACE -qn 'pid$target:a.out:many:entry { printf("%d %d %d\n", arg2, arg3, arg4); } pid$target:a.out:many:0 { n++; } pid$target:a.out:ma*:return { m++; } END { printf("%d %d\n", n, m); }' -Z -c $TMP/like-go; $DTRACE -n 'pid$target:a.out:many:return' -c $TMP/like-go 2>&1 | grep -o 'failed to create return probe.*stacks' | sed -E 's/process [0-9]+/process PID/' */
BEGIN { exit(0); }
