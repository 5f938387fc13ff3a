/* Programs see that somebody looks at a probe, and only while he does. */
/* @run: $DTRACE -qn 'sites$target:::is-counted { trace(args[0]); }' -c $PROGRAMS/sites; echo; $DTRACE -qn 'sites$target:::twice { n++; } END { trace(n); }' -c $PROGRAMS/sites; echo; $PROGRAMS/sites */
BEGIN { exit(0); }
