# What was typed in 2006 and 2011, in an /etc, a /run and a /zones of its own, once for each file system.
export PATH=$(dirname "$DTRACE"):$PATH

own_places() {
	mkdir -p /zones && mount -t tmpfs none /run && mkdir /run/upper /run/work || exit 77
	mount -t overlay none -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work /etc || exit 77
	test -e /etc/resolv.conf || echo nameserver 127.0.0.1 >/etc/resolv.conf
	ip link set lo up
	ip link add rum2 type veth peer name far && ip link set rum2 up && ip link set far up
}

# By a line at the prompt each; sed makes the second zone of the first.
year_2006() {
	printf 'create -b\nset zonepath=/zones/zone1\nexit\n' | zonecfg -z zone1
	zoneadm -z zone1 install -t sparse
	zonecfg -z zone1 export|sed -e 's/zone1/zone2/'|zonecfg -z zone2
	zoneadm -z zone2 clone zone1
	printf 'create\nset zonepath=/zones/zone3\nexit\n' | zonecfg -z zone3
	zoneadm -z zone3 install -t sparse
	zonecfg -z zone3 export|sed -e 's/zone3/zone4/'|zonecfg -z zone4
	zoneadm -z zone4 clone zone3
	for z in 1 2 3 4; do zoneadm -z zone$z boot; done
	zoneadm list -v
	for z in 2 4; do zlogin zone$z 'hostname; cat /proc/1/comm; for p in mpstat prtconf psrinfo; do command -v $p; done'; done
	# in one it ends itself, another boots itself again
	zlogin zone1 init 0
	becomes zone1 installed
	id=$(zoneadm -z zone2 list -p | cut -d: -f1)
	zlogin zone2 init 6
	reboots zone2 "$id"
	for z in 2 3 4; do zoneadm -z zone$z halt; done
	for z in 1 2 3 4; do zoneadm -z zone$z uninstall -F; zonecfg -z zone$z delete -F; done
}

becomes() {
	for i in $(seq 150); do
		zoneadm -z "$1" list -p | grep -q ":$2:" && { echo "$1 is $2"; return; }
		sleep .1
	done
	zoneadm list -cv
}

reboots() {
	for i in $(seq 150); do
		zoneadm -z "$1" list -p | grep -v "^$2:" | grep -q ':running:' && { echo "$1 is up again"; return; }
		sleep .1
	done
	zoneadm list -cv
}

year_2011() {
	mkdir /zones/foo
	chmod 700 /zones/foo
	zonecfg -z foo "create; set zonepath=/zones/foo; set autoboot=true; \
 add net; set address=192.168.0.160/24; set defrouter=192.168.0.1; set physical=rum2; end; \
 verify; commit"
	zoneadm -z foo verify
	zoneadm -z foo install -t sparse
	echo "
name_service=NONE
network_interface=PRIMARY {hostname=foo
                           default_route=192.168.0.1
                           ip_address=192.168.0.160
                           netmask=255.255.255.0
                           protocol_ipv6=no}
root_password=aajfMKNH1hTm2
security_policy=NONE
terminal=xterms
timezone=CET
timeserver=localhost
keyboard=German
nfs4_domain=dynamic
" > /zones/foo/root/etc/sysidcfg
	cp /etc/resolv.conf /zones/foo/root/etc/
	cp /zones/foo/root/etc/nsswitch.dns /zones/foo/root/etc/nsswitch.files
	zoneadm -z foo boot
	# the same hardware as the host's
	zlogin foo 'psrinfo | wc -l; mpstat | wc -l; prtconf -m; grep hosts: /etc/nsswitch.conf; cmp /etc/nsswitch.files /etc/nsswitch.conf; cat /etc/hostname /etc/timezone; grep -c aajfMKNH1hTm2 /etc/shadow; ip -o -4 addr show rum2 | tr -s " " | cut -d" " -f4' >/run/seen
	test "$(head -1 /run/seen)" = "$(grep -c ^processor /proc/cpuinfo)" && echo as many CPUs as the host
	test "$(sed -n 3p /run/seen)" = "$(($(sed -n 's/^MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) / 1024))" && echo as much memory as the host
	sed 1,3d /run/seen
	zoneadm -z foo halt
	zoneadm -z foo uninstall -F
	zonecfg -z foo delete -F
	poolcfg -c 'create pset pool1_set (uint pset.min=1 ; uint pset.max=1)'
	poolcfg -c 'create pool pool1'
	poolcfg -c 'associate pool pool1 (pset pool1_set)'
	pooladm -c
	poolcfg -c 'modify pool pool_default (string pool.scheduler="FSS")'
	pooladm -c
	zonecfg -z foo "create; set zonepath=/zones/foo; set autoboot=true; \
 set pool=pool1; \
 add net; set address=192.168.0.160/24; set defrouter=192.168.0.1; set physical=rum2; end; \
 add capped-memory; set physical=512m; set swap=512m; end; \
 add rctl; set name=zone.cpu-shares; add value (priv=privileged,limit=2,action=none); end; \
 verify; commit"
	zoneadm -z foo install -t sparse
	zoneadm -z foo boot
	zlogin foo 'prtconf | tail -1; mpstat | wc -l; psrinfo | wc -l; nproc'
	zoneadm -z foo halt
	zoneadm -z foo uninstall -F
	zonecfg -z foo delete -F
	pooladm -x
	pooladm -d
}

case $1 in
typed)
	trap 'zoneadm halt -a; pooladm -d' EXIT >/dev/null 2>&1
	year_2006
	year_2011
	# nothing of any zone
	ls -A /zones | grep -v lost+found
	cut -d: -f1 /etc/zones/index | grep -v '^#'
	exit 0
	;;
places)
	own_places
	exec sh ./on-loop "$2" "$3" /zones sh ./seeds.sh typed
	;;
esac
for on in "ext4 64m" "btrfs 128m" "xfs 300m"; do
	set -- $on
	unshare -mn --propagation private sh ./seeds.sh places $1 $2 >"$TMP/$1" 2>&1
	status=$?
	test $status != 0 || test $1 = ext4 && cat "$TMP/$1"
	test $status = 0 || exit $status
	diff "$TMP/ext4" "$TMP/$1" && echo "$1: the same"
done
