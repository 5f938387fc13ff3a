# The stacks of names.py, the same with every Python that there is.
for p in /usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13 "${HOME:-/root}"/.pyenv/versions/3.1[23].*/bin/python3.1[23]; do
	test -x "$p" || continue
	"$DTRACE" -qs python-names.d -c "$p names.py" | sed -nE 's/^ +python`//p; s/^ +([0-9]+)$/\1/p' | sed -E 's, [(].*/, (,' > "$TMP/of-it"
	test -e "$TMP/first" || cp "$TMP/of-it" "$TMP/first"
	cmp "$TMP/first" "$TMP/of-it" || echo "$p differs"
done
cat "$TMP/first"
