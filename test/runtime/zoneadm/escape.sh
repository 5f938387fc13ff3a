# Escapes from a zone (escape.py), in one that lies over layers; then a fork bomb and a memory hog, while
# a neighbour works on and the host with it.
D=$(dirname "$DTRACE")
L="$D/zlogin -R $TMP"
trap 'kill $witness $listener 2>/dev/null; for z in a b; do $D/zoneadm -R $TMP -z $z halt; $D/zoneadm -R $TMP -z $z uninstall -F; done >/dev/null 2>&1' EXIT
for z in a b; do
	$D/zonecfg -R $TMP -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"; set max-lwps=40; add capped-memory; set physical=48m; set swap=48m; end" 2>/dev/null
done
$D/zoneadm -R $TMP -z a install -t sparse >/dev/null
echo mark >$TMP/zones/a/root/etc/mark
$D/zoneadm -R $TMP -z b clone -m overlay a >/dev/null
cp attempts.py escape.py $TMP/zones/a/root/etc
$D/zoneadm -R $TMP -z '*' boot
WITNESS=w$$
cp /bin/sleep $TMP/$WITNESS
$TMP/$WITNESS 1000 &
witness=$!
python3 -c 'import socket, sys, time; s = socket.socket(socket.AF_UNIX); s.bind("\0" + sys.argv[1]); s.listen(); time.sleep(1000)' $WITNESS &
listener=$!
$L b 'while :; do echo x >>/count; sleep 0.02; done' &
beat() { wc -l <$TMP/zones/b/root/count; }
while ! test -s $TMP/zones/b/root/count; do sleep 0.02; done
stat -c %a $TMP/zones/a $TMP/zones/b $TMP/zones/.layers
$L a "PID=$witness WITNESS=$WITNESS python3 /etc/escape.py"
goes_on() { # the neighbour, and the host
	n=$(beat)
	for i in $(seq 200); do
		test $(beat) -gt $((n + 3)) && break
		sleep 0.05
	done
	test $(beat) -gt $((n + 3)) && kill -0 $witness && echo "the neighbour goes on"
}
goes_on
echo "a fork bomb:"
$L a 'bomb() { bomb | bomb & }; bomb' 2>/dev/null &
bomb=$!
goes_on
$L b 'echo a login works'
$D/zoneadm -R $TMP -z a halt
wait $bomb
$D/zoneadm -R $TMP -z a list -p | cut -d: -f2,3
$D/zoneadm -R $TMP -z a boot
echo "a memory hog:"
$L a 'python3 -c "x = bytearray(500 << 20)"'
echo $?
goes_on
$D/zoneadm -R $TMP -z a list -p | cut -d: -f2,3
