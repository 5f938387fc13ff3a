plockstat=$(dirname "$DTRACE")/plockstat
[ -x "$plockstat" ] || { echo "plockstat is not built"; exit 77; }
for a in "" "-p" "-p x" "-p 1 command" "-s 0 true" "-s 51 true" "-e 0 true" "-n many true" "-x nosuch=1 true" "-q" "./nosuch"; do
	"$plockstat" $a
	echo $?
done 2>&1 | sed 's,^[^ ]*/plockstat:,plockstat:,'
