# A zone that may do what it likes with its network, but for its addresses: in a network namespace of the test's own.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
ip link add br0 type bridge
ip address add 192.0.2.1/24 dev br0
ip link set br0 up
ip link add wire type veth peer name far
ip link set far up
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set ip-type=exclusive; set bootargs="-i /bin/sleep 1000"; add net; set physical=net0; set global-nic=br0; set mac-addr=2:8:20:0:0:b; add allowed-address 192.0.2.2/24; add allowed-address 2001:db8::2/64; set defrouter=192.0.2.1; end; add net; set physical=wire; end' >/dev/null
$Z install -t sparse >/dev/null
cp frames.py $TMP/zones/web/root/frames.py
$Z boot
wait_for() { for i in $(seq 200); do eval "$1" && return; sleep 0.05; done; echo "never: $1"; }
echo '# inside'
$L "ip -o address | grep -v fe80 | tr -s ' ' | cut -d' ' -f2,4; ip route; cat /sys/class/net/net0/address; ls /sys/class/net"
echo '# it may add an address and change its hardware address, to no avail'
python3 frames.py watch br0 $TMP/ready &
wait_for 'test -e $TMP/ready'
$L 'ip link set net0 promisc on; python3 /frames.py send net0 02:08:20:00:00:0b 192.0.2.2 2001:db8::2'
wait $!
$L 'ip address add 192.0.2.9/24 dev net0 && ip link set net0 address 2:0:0:0:0:9 && echo done'
ping() { timeout 20 python3 -c 'import socket,sys
try: socket.create_connection((sys.argv[1], 7), 0.7)
except OSError as e: print("no answer" if e.strerror is None or "route" in e.strerror else e.strerror)' $1; }
ping 192.0.2.9
ping 192.0.2.2
$L 'ip link set net0 address 2:8:20:0:0:b'
ping 192.0.2.2
$L 'tc qdisc add dev net0 clsact; tc qdisc del dev net0 clsact; echo 1 >/proc/sys/net/ipv4/ip_forward' 2>&1 | sed 's/^.*: //'
ping 192.0.2.9
echo '# the link that was lent'
ip -br link | sed 's/[@ ].*//' | sort
$L 'ip link set wire down; ip link set wire name mine; ip address add 198.51.100.2/24 dev mine; ip link set mine up'
ip address add 198.51.100.1/24 dev far
ping 198.51.100.2
$Z halt
ip -br link | sed 's/[@ ].*//' | sort
echo '# what cannot be'
for c in 'select net physical=wire; set physical=none; end' 'select net physical=none; set physical=br0; end' 'select net physical=br0; set physical=v5; set global-nic=br0; set vlan-id=5; end'; do
	$D/zonecfg -R $TMP -z web "$c"
	$Z boot
done
ip -br link | sed 's/[@ ].*//' | sort | tr '\n' ' '
