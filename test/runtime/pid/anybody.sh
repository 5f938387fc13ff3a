# One process of the pattern runs before it is traced and is held until it is; two more come.
cp "$PROGRAMS/calls" "$TMP/anybody"
"$TMP/anybody" 1 2 >/dev/null &
p=$!
for i in $(seq 200); do [ "$(cat /proc/$p/comm)" = anybody ] && break; sleep 0.02; done
kill -STOP $p
cat >"$TMP/others" <<X
kill -CONT $p
$TMP/anybody 2
$TMP/anybody 4
for i in \$(seq 300); do
	case \$(cut -d' ' -f3 /proc/$p/stat 2>/dev/null) in [RSDT]) sleep 0.05 ;; *) break ;; esac
done
X
"$DTRACE" -qs "$TEST" -c "sh $TMP/others" | sort
