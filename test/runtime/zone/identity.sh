# Marks from everywhere: getpriority(10 * process of this test + WHERE, STEP).
# WHERE: 1 a zone that was up before, 2 one that came, 3 a container, 4 outside, 5 who joins a zone from outside, 6 after a zone's end
B=$(dirname "$DTRACE")
A="$B/zoneadm -R $TMP"
L="$B/zlogin -R $TMP"
D=$SRC/test/runtime/zone
M=$$
mark() { echo "$((10 * M + $1))"; }
python="/usr/bin/python3"
for z in old new; do
	$B/zonecfg -R "$TMP" -z $z$M "create; set zonepath=/zones/$z; set bootargs=\"-i /tmp/init$M 1000\"" 2>/dev/null
	$A -z $z$M install -t sparse >/dev/null
	cp "$D/attack.py" "$TMP/zones/$z/root/tmp/"
	cp /bin/sleep "$TMP/zones/$z/root/tmp/init$M"
done
trap 'for z in old new; do $A -z $z$M halt; $A -z $z$M uninstall -F; done >/dev/null 2>&1' EXIT
$A -z old$M boot
"$DTRACE" -s "$D/identity.d" $M init$M >"$TMP/out" 2>&1 &
dtrace=$!
for i in $(seq 200); do grep -q begun "$TMP/out" && break; sleep 0.05; done
$A -z new$M boot
$L old$M "$python /tmp/attack.py $(mark 1)"
$L new$M "$python /tmp/attack.py $(mark 2)"
unshare -pf --mount-proc sh -c "sleep 0.3; $python $D/attack.py $(mark 3); true"
unshare -p $python -c "import ctypes; ctypes.CDLL(None).getpriority($(mark 4), 1)" # it stays outside: nothing was forked
enter="import ctypes, os; l = ctypes.CDLL(None); l.getpriority($(mark 5), 1); os.fork() or l.getpriority($(mark 5), 100)"
nsenter -p -F -t $(cat "$TMP/run/zones/new$M/pid") $python -c "$enter"
for i in 1 2 3 4 5 6 7 8; do
	$A -z new$M reboot
	$A -z new$M halt
	unshare -pf $python -c "import ctypes; ctypes.CDLL(None).getpriority($(mark 6), 0)"
	$A -z new$M boot
done
sleep 0.3
kill $dtrace
wait $dtrace
sed -E "/begun|^$/d; s/$M//; s/pidns-[0-9]+|<unknown>/a container/; s/ 0 [0-9]+$//; s/-1$/container/; s/ (0|1) [0-9]+$//" "$TMP/out" | sort -u
