# A VLAN of a link as a zone's own.
exec 2>&1
ip link add wire type veth peer name far
ip link add link far name far.5 type vlan id 5 2>/dev/null || { echo "this kernel has no VLANs"; exit 77; }
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
for l in wire far far.5; do ip link set $l up; done
ip address add 192.0.2.1/24 dev far.5
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set ip-type=exclusive; set bootargs="-i /bin/sleep 1000"; add net; set physical=v5; set global-nic=wire; set vlan-id=5; end' >/dev/null
$Z install -t sparse >/dev/null
$Z boot
$L 'ip address add 192.0.2.2/24 dev v5; ip -d link show v5 | grep -o "vlan protocol 802.1Q id 5"'
cp say.py $TMP/zones/web/root/
$L 'python3 /say.py serve 192.0.2.2,7001 /ready' &
for i in $(seq 600); do test -e $TMP/zones/web/root/ready && break; sleep 0.05; done
python3 say.py ask 192.0.2.2,7001
wait $!
$Z halt
echo $(ip -br link | sed 's/[@ ].*//' | sort) ''
