# Two zones, each with a monitor of its own, go up and down ten times; how often each line was printed.
B=$(dirname "$DTRACE")
N=mon$$
A="$B/zoneadm -R $TMP"
for z in a b; do
	$B/zonecfg -R "$TMP" -z $N$z "create; set zonepath=/zones/$N$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
	$A -z $N$z install -t sparse >/dev/null
	"$DTRACE" -s "$SRC/share/scripts/zonemon.d" $N$z >"$TMP/$z" 2>&1 &
	monitors="$monitors $!"
done
for z in a b; do
	for i in $(seq 200); do grep -q WHEN "$TMP/$z" && break; sleep 0.05; done
done
again() { # ZONE HOW
	for i in $(seq 10); do
		for try in $(seq 100); do # what keeps a killed zone may be about to end
			$A -z $1 boot 2>/dev/null && break
			sleep 0.05
		done
		$A -z $1 reboot
		[ $2 = halt ] && $A -z $1 halt && continue
		kill -9 $(cat "$TMP/run/zones/$1/pid")
		while [ -f "$TMP/run/zones/$1/state" ]; do sleep 0.01; done
	done
}
again ${N}a halt &
a=$!
again ${N}b kill &
wait $a $!
sleep 0.5
kill $monitors
wait $monitors
for z in a b; do
	grep WHEN "$TMP/$z"
	sed -E '/WHEN/d; s/^.{21} *[0-9]+ //; s/^mon[0-9]+//; s/ +/ /g; s/ $//; /^$/d' "$TMP/$z" | sort | uniq -c | sed 's/^ *//'
	$A -z $N$z uninstall -F
done
