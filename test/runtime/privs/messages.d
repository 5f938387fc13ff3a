/* One line says what is missing and what would give it. */
/* @needs: setpriv */
/* @run: unshare -Ur true || exit 77; without() { caps=$(for c in $1; do printf ',-%s' $c; done); setpriv --bounding-set=${caps#,} --inh-caps=${caps#,} $DTRACE -n 'BEGIN { exit(0); }' 2>&1 | grep -v matched; }; without 'bpf perfmon sys_admin'; without 'bpf sys_admin'; without 'perfmon sys_admin'; unshare -Ur $DTRACE -n 'BEGIN { exit(0); }' 2>&1 | grep -v matched */
