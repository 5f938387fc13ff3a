/* Each description that matches nothing is complained about, in texts with several descriptions and
 * with clauses, too; what the others match is listed, and the status tells. */
/* @run: d=$(mktemp -d); for o in -q -e -v -Z; do $DTRACE -l $o -n nosuch,BEGIN -n 'END{trace(1)} other{}' -P none 2>$d/err >$d/out; echo $? $(grep -oE 'BEGIN|END' $d/out); grep -v hint $d/err; done; rm -r $d */
