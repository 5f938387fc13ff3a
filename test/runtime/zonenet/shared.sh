# A zone whose network is set from outside: in a network namespace of the test's own.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
ip link add br0 type bridge
ip address add 192.0.2.1/24 dev br0
ip address add 2001:db8::1/64 dev br0 nodad
ip link set br0 up
ip link add wire type veth peer name far
ip link set wire up
ip link set far up
ip address add 198.51.100.1/24 dev far
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"; add net; set physical=br0; set address=192.0.2.2/24; set defrouter=192.0.2.1; end; add net; set physical=br0; set address=2001:db8::2/64; end; add net; set physical=wire; set address=198.51.100.2/24; end' >/dev/null
$Z install -t sparse >/dev/null
cp say.py $TMP/zones/web/root/say.py
$Z boot
wait_for() { for i in $(seq 200); do eval "$1" && return; sleep 0.05; done; echo "never: $1"; }
echo '# inside'
$L "ip -o address | grep -v fe80 | tr -s ' ' | cut -d' ' -f2,4; ip route"
echo '# it may not change them'
$L 'ip address add 192.0.2.9/24 dev br0; ip address del 192.0.2.2/24 dev br0; ip link set br0 down; ip link set br0 address 2:0:0:0:0:9; ip route del default; ip link add x type bridge; unshare -n true; echo 1 >/proc/sys/net/ipv4/ip_forward' 2>&1 | sed 's/^.*: //'
$L 'python3 -c "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"' 2>&1 | tail -1
$L "tc qdisc del dev wire clsact" 2>&1
echo '# echo requests, router advertisements'
$L 'python3 -c "import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
s.settimeout(10)
s.sendto(bytes([8, 0, 0, 0, 0, 0, 0, 1]), (\"192.0.2.1\", 0))
print(s.recv(100)[0])"; cat /proc/sys/net/ipv6/conf/br0/accept_ra'
echo '# from outside to it, from it to outside'
for a in 192.0.2.2 2001:db8::2 198.51.100.2; do
	rm -f $TMP/zones/web/root/ready
	$L "python3 /say.py serve $a,7001 /ready" &
	wait_for 'test -e $TMP/zones/web/root/ready'
	python3 say.py ask $a,7001
	wait $!
done
python3 say.py serve 192.0.2.1,7002 $TMP/ready &
wait_for 'test -e $TMP/ready'
$L 'python3 /say.py ask 192.0.2.1,7002'
wait $!
echo '# again, and after its supervisor was killed'
$Z reboot
$L "ip -o address | grep -v fe80 | tr -s ' ' | cut -d' ' -f2,4 | tail -n +3"
kill -9 $(sed -n 's/^PPid:\t//p' /proc/$(cat $TMP/run/zones/web/pid)/status)
wait_for '$Z list -p | grep -q installed && ! ip -br link | grep -q ^z'
$Z boot
ip -br link | grep -c '^z'
$Z halt
ip -br link | sed 's/[@ ].*//' | sort
echo '# what cannot be'
for c in 'select net physical=wire; set physical=none; end' 'select net physical=none; set physical=wire; set defrouter=203.0.113.1; set mac-addr=1:2:3:4:5:6; end' 'select net physical=wire; clear mac-addr; set vlan-id=4095; end' 'select net physical=wire; clear vlan-id; set address=localhost; end'; do
	$D/zonecfg -R $TMP -z web "$c"
	$Z boot
done
ip -br link | grep '^z'
$Z list -p | cut -d: -f3
