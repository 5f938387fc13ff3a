/* No aggregation is updated by a statement after the fault. */
/* @opts: -q */
BEGIN { @ok = count(); x = *(int *)NULL; @bad = count(); }
BEGIN { exit(0); }
END { printa("ok %@d\n", @ok); printa("bad %@d\n", @bad); }
