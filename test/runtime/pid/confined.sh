# Two processes run one file, and one of them is traced: how many bytes of each are breakpoints, then and afterwards.
cp "$PROGRAMS/calls" "$TMP/confined"
"$TMP/confined" 60 60 >/dev/null &
a=$!
"$TMP/confined" 60 60 >/dev/null &
b=$!
trap 'kill $a $b' EXIT
until grep -q confined /proc/$a/comm && grep -q confined /proc/$b/comm; do sleep 0.02; done
sleep 0.2

# The first answer that is as it should be, or the last of many.
differs() {
	for i in $(seq 100); do
		got=$(python3 "$SRC/test/text_differs.py" $a $b)
		test "$got" = "$1" && break
		sleep 0.05
	done
	echo "$got"
}
"$DTRACE" -qn "pid$a:a.out:add:entry, pid$a:a.out:unpleasant:return { }" >/dev/null &
dtrace=$!
differs "2 0"
kill -INT $dtrace
wait $dtrace
differs "0 0"
