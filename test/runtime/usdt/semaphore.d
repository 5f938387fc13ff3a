/* Programs see that somebody looks at a probe, and only while he does. */
/* @run: $DTRACE -qn 'sites$target:::is-counted { trace(args[0]); }' -c "$PROGRAMS/sites 0 1 tell"; echo; $DTRACE -qn 'sites$target:::twice { n++; } END { trace(n); }' -c "$PROGRAMS/sites 0 1 tell"; echo; $PROGRAMS/sites 0 1 tell */
BEGIN { exit(0); }
