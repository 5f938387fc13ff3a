# Traces, is stopped once tracing goes on for two seconds, and continued.
for flags in "" -w; do
	$DTRACE -q $flags -x deadman=600ms -x switchrate=100ms -s deadman.d > "$TMP/out" 2>&1 &
	while ! grep -q '^4$' "$TMP/out" && kill -0 $!; do sleep 0.1; done
	kill -STOP $!
	sleep 2.5
	kill -CONT $!
	wait $!
	echo "status $?"
	grep '[a-z]' "$TMP/out"
done
true
