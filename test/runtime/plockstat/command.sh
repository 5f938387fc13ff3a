# Tables of plockstat: which there are, whose locks, and that counts are those of the program.
# Offsets depend on the compiler.
plockstat=$(dirname "$DTRACE")/plockstat
[ -x "$plockstat" ] || { echo "plockstat is not built"; exit 77; }
echo "== mutex"; "$plockstat" -H "$PROGRAMS/locks" mutex | grep -e '`mutex' -e '^M' -e '^Count' -e '^---' | sed 's/^ *\([0-9]*\) *[0-9]* /\1 nsec /; s/+0x[0-9a-f]*$//'
echo "== block"; "$plockstat" "$PROGRAMS/locks" block | grep -v ld-linux | sed 's/^ *\([0-9]*\) *[0-9]* /\1 nsec /; s/+0x[0-9a-f]*$//'
echo "== rw"; "$plockstat" -A "$PROGRAMS/locks" rw | grep -e '`rwlock' -e '^R' | sed 's/^ *\([0-9]*\) *[0-9]* /\1 nsec /' | sed 's/+0x[0-9a-f]*//' | awk '/^R/ { title = $0 } /^[0-9]/ { n[title] += $1 } END { for (t in n) print n[t], t }' | sort -k2
echo "== one row, distribution"
"$plockstat" -A -n 1 -s 1 "$PROGRAMS/locks" block | sed -n '/Mutex block/,$p' | awk '/^ *nsec/ { in_it = 1; next } in_it && /\|/ { sub(/.*\|/, ""); n += $1; if ($2) print $2 } END { print n }' | sed 's/+0x[0-9a-f]*//'
echo "== for a while"; "$plockstat" -v -e 0.3 "$PROGRAMS/locks" hot 1 2>&1 | sed -n 's/^\(plockstat: .*\) [0-9]*$/\1 N/p'
