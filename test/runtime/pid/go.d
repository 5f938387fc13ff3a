/* A program that says it was made by Go: entries, with arguments where Go has them, and returns. */
/* @needs: objcopy */
/* @run: echo x > $TMP/x; objcopy --add-section .go.buildinfo=$TMP/x $PROGRAMS/calls $TMP/like-go; $DTRACE -qn 'pid$target:a.out:many:entry { printf("%d %d %d\n", arg2, arg3, arg4); } pid$target:a.out:many:0 { n++; } pid$target:a.out:ma*:return { m++; } END { printf("%d %d\n", n, m); }' -Z -c $TMP/like-go */
BEGIN { exit(0); }
