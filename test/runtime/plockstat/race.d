/* Threads that contend for locks count what they do: it is what is seen, and whoever had to wait had tried in vain before. */
/* @run: $DTRACE -qs $TEST -o $TMP/seen -c "$PROGRAMS/locks race" > $TMP/own; awk 'FNR == NR { taken = $1; busy = $2; next } index($2, "raced") { n[$1] += $3 } END { print taken, n["mutex-acquire"], n["mutex-release"], n["mutex-block"] == n["mutex-blocked"], n["mutex-block"] <= busy, n["mutex-error"] + 0 }' $TMP/own $TMP/seen */
plockstat$target:::mutex-* { @[probename, usym(arg0)] = count(); }
END { printa("%s %A %@d\n", @); }
