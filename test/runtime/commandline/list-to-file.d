/* -o names the file that a listing goes to, too, and appends to it; what is wrong is told on stderr. */
/* @run: out=$(mktemp); $DTRACE -l -o $out -n BEGIN; $DTRACE -lv -o $out -n nosuch,END 2>&1 | grep -v hint; grep -oE 'NAME|BEGIN|END|Class: [A-Z].*' $out; rm $out */
