B=$(dirname "$DTRACE")
N=owner$$
Z="$B/zoneadm -R $TMP -z $N"
L="$B/zlogin -R $TMP"
$B/zonecfg -R "$TMP" -z $N "create; set zonepath=/zones/$N; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
$Z install -t sparse >/dev/null
cp "$SRC/test/traffic.py" "$TMP/zones/$N/root/tmp/"
trap '$Z halt; $Z uninstall -F' EXIT
"$DTRACE" -s owner.d $N "$NAME" >"$TMP/out" 2>&1 &
dtrace=$!
for i in $(seq 200); do grep -q begun "$TMP/out" && break; sleep 0.05; done
$Z boot
$L $N 'dd of=/dev/null bs=64k iflag=direct status=none' <"$DEV"
$L $N 'sleep 0.05; /usr/bin/python3 /tmp/traffic.py tcp:127.0.0.1:27421:2:100 udp:127.0.0.1:27422:2:100'
sleep 0.2
kill $dtrace
wait $dtrace
sed -E '/begun|^$/d; s/ [0-9]+$//' "$TMP/out" | sort -u
