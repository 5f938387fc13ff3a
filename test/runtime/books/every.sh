# every.sh FIRST-LAST: the programs of lib whose names begin so, each under load.sh: what was wrong with them. Those with a probe that
# this kernel has no tracepoint for are left out.
for f in lib/[$1]*.d; do
	"$DTRACE" -s "$f" -c "sh lib/load.sh" >"$TMP/out" 2>"$TMP/err" || {
		grep -q "hint: this kernel has no tracepoint" "$TMP/err" && continue
		echo "$f failed"
		cat "$TMP/err"
	}
	[ ! -s "$TMP/err" ] || { echo "$f:"; cat "$TMP/err"; }
	[ "$(grep -c . "$TMP/out")" -gt 0 ] || echo "$f printed nothing"
done
echo ran
