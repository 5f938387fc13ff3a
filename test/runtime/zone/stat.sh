B=$(dirname "$DTRACE")
N=stat$$
A="$B/zoneadm -R $TMP"
S="$B/zonestat -A $TMP"
exec 2>&1
$B/zonecfg -R "$TMP" -z $N "create; set zonepath=/zones/$N; set bootargs=\"-i /bin/sleep 1000\"; set max-lwps=50; set cpu-shares=3; \
	add capped-memory; set physical=64m; end; add capped-cpu; set ncpus=.25; end" 2>/dev/null
$A -z $N install -t sparse >/dev/null
trap '$A -z $N halt; $A -z $N uninstall -F; kill $busy 2>/dev/null' EXIT
$A -z $N boot
"$B/zlogin" -R "$TMP" $N 'timeout 20 sh -c "while :; do :; done"' &
busy=$!
sleep 0.3
named() { sed "s/$N/NAME/"; }
# Numbers of the zone that are its configuration's, and whether what it uses of CPU is what it may, more or less.
$S -r psets,physical-memory,lwps -p -P zones -z $N 1 1x | named |
	awk -F: '/:processor/ {print $1, $2, $3, ($4 > 0.05 && $4 < 0.45), $6, $8, $9; next} {print $1, $2, $3, ($4 > 1), $6}'
$S -r summary,psets -R total,average,high -q -S zone 1 2x | named | sed -E 's/[0-9.]+[KMG%]?/N/g; s/ +/ /g'
echo names:
$S -q -r all -n mem_default,pset_default -R high -p -P resource,total 1 1x | cut -d: -f 1-3
echo programs:
$S -p -R high -S zone -T u 1 1x | named | sed -E 's/[0-9.]+/N/g' | cut -d: -f 1-3
for wrong in "" 0 x "1 y" "-r nothing 1" "-R nothing 1" "-S nothing 1" "-n nothing 1" "-P zones 1" "-T x 1" "1 1 1 1"; do
	$S $wrong | head -1
done
python3 "$SRC/test/runtime/zone/top.py" "$B/zoneadm" "$TMP" $N | named
$A top -n 1 -d 0.2 | named | awk '$1 == "NAME" {print $1, $3, $5, $7}'
$A top -d 0 || true
