# Frames of CPython 3.12 and 3.13, which keep them differently: of those that this machine has, the stacks of frames.py.
for version in 3.12 3.13; do
	for python in /usr/bin/python$version /usr/local/bin/python$version "${HOME:-/root}"/.pyenv/versions/$version.*/bin/python$version; do
		test -x "$python" && found="$found $python"
	done
done
test "$found" || { echo "there is neither python3.12 nor python3.13"; exit 77; }
for python in $found; do
	"$DTRACE" -qs python.d -c "$python frames.py" | sed -E 's/^ +//; s, [(][^ ]+[/], (,; s/(threading.py):[0-9]+/\1/' |
		grep '^python`' | awk -v python="$python" '
		!/threading|<module>/ { stack = stack " " substr($0, 8); next }
		{ end = end ? end " " substr($1, 8) : substr($1, 8) }
		/_bootstrap |<module>/ { print python ":" stack " " end; stack = end = "" }'
done | sed -E 's,^[^:]*:,,' | sort -u
