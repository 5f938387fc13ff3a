# Addresses of exclusive zones that are on no bridge: in a network namespace of the test's own.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
for l in low wire; do
	ip link add $l type veth peer name $l.far
	ip link set $l.far up
done
ip link set low up
ip link set low mtu 1400
ip link set wire address 2:8:20:0:0:d
ip address add 192.0.2.1/24 dev low.far
ip address add 2001:db8::1/64 dev low.far nodad
ip address add 198.51.100.1/24 dev wire.far
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set ip-type=exclusive; set bootargs="-i /bin/sleep 1000"; add net; set physical=net0; set global-nic=low; set mac-addr=2:8:20:0:0:c; add allowed-address 192.0.2.2/24; add allowed-address 2001:db8::2/64; set defrouter=192.0.2.1; end; add net; set physical=wire; add allowed-address 198.51.100.2/24; add allowed-address 2001:db8:1::2/64; end' >/dev/null
$Z install -t sparse >/dev/null
cp frames.py say.py $TMP/zones/web/root/
$Z boot
wait_for() { for i in $(seq 400); do eval "$1" && return; sleep 0.05; done; echo "never: $1"; }
links() { ip -br link | sed 's/[@ ].*//' | sort | tr '\n' ' '; echo; }
ping() { timeout 20 python3 -c 'import socket,sys
try: socket.create_connection((sys.argv[1], 7), 0.7)
except OSError as e: print("no answer" if e.strerror is None or "route" in e.strerror else e.strerror)' $1; }
echo '# inside'
$L 'for l in net0 wire; do cat /sys/class/net/$l/address /sys/class/net/$l/mtu; done; ls /sys/class/net; ip route | head -1'
echo '# outside'
links
echo '# in both directions'
$L 'python3 /say.py serve 192.0.2.2,7001 /ready' &
wait_for 'test -e $TMP/zones/web/root/ready'
python3 say.py ask 192.0.2.2,7001
wait $!
for a in 192.0.2.2 198.51.100.2 2001:db8::2; do ping $a; done
echo '# what it sends'
attack() { # LINK MAC ADDRESS ADDRESS6
	rm -f $TMP/ready
	python3 frames.py watch $1.far $TMP/ready &
	watcher=$!
	wait_for 'test -e $TMP/ready'
	$L "python3 /frames.py send $5 $2 $3 $4"
	wait $watcher
}
attack low 02:08:20:00:00:0c 192.0.2.2 2001:db8::2 net0
attack wire 02:08:20:00:00:0d 198.51.100.2 2001:db8:1::2 wire
echo '# it takes another address, and another hardware address'
$L 'ip address add 192.0.2.9/24 dev net0 && ip address add 198.51.100.9/24 dev wire && echo done'
ping 192.0.2.9
ping 198.51.100.9
$L 'for l in net0 wire; do ip link set $l address 2:0:0:0:0:9; done; tc qdisc add dev wire clsact; tc qdisc del dev wire clsact; ip link add link wire name mine type macvlan; ip link set mine up; ip address add 198.51.100.10/24 dev mine; ip link set mine address 2:8:20:0:0:77' 2>/dev/null
ping 192.0.2.2
ping 198.51.100.10
$L 'ip link del mine; ip link set net0 address 2:8:20:0:0:c; ip link set wire address 2:8:20:0:0:d' 2>/dev/null
ping 192.0.2.2
echo '# it ends what it can; the link comes back'
$L 'ip link del net0; ip link del wire; ls /sys/class/net'
ping 192.0.2.2
$Z halt
links
ip -o link show wire | grep -o 'ALLMULTI\|2:8:20:0:0:d\|02:08:20:00:00:0d'
echo '# it starts again'
$Z boot
ping 192.0.2.2
ping 198.51.100.2
