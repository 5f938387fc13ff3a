# systemd as the first process of a zone: its units run, its groups are its own, it reboots itself and is asked to end.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z deb"
L="$D/zlogin -R $TMP deb"
trap '$A halt >/dev/null 2>&1; $A uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R "$TMP" -z deb 'create; set zonepath=/zones/deb; set limitpriv="default,sys_mount"; set max-lwps=200; set bootargs="-i /usr/lib/systemd/systemd"; add capped-memory; set physical=256m; end' 2>/dev/null
$A install -t sparse >/dev/null
echo 0123456789abcdef0123456789abcdef >"$TMP/zones/deb/root/etc/machine-id" # not its first boot, which would ask
mkdir -p "$TMP/zones/deb/root/etc/systemd/system/basic.target.wants"
cat >"$TMP/zones/deb/root/etc/systemd/system/mine.service" <<'X'
[Unit]
Description=Of the zone's own
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'cut -d: -f3 /proc/self/cgroup >/root/group'
ExecStop=/bin/sh -c 'echo down >>/root/stops'
X
ln -s ../mine.service "$TMP/zones/deb/root/etc/systemd/system/basic.target.wants/mine.service"
ln -s /usr/lib/systemd/system/basic.target "$TMP/zones/deb/root/etc/systemd/system/default.target"
up() {
	for i in $(seq 100); do
		case $($L 'systemctl is-system-running' 2>/dev/null) in running | degraded) break ;; esac
		sleep 0.1
	done
	$L 'systemctl is-active mine.service basic.target systemd-journald.service; cat /proc/1/comm; grep -c mine.service /root/group'
}
$A boot
up
echo "# its groups"
$L 'd=/sys/fs/cgroup; test -d $d/system.slice || d=$d/unified; mkdir $d/own && echo made; cat $d/cgroup.max.descendants; echo 5 2>/dev/null >$d/cgroup.max.descendants || echo the bounds are not its own; echo $$ 2>/dev/null >$d/../cgroup.procs || echo "nor is what is above"'
GROUP=$(find /sys/fs/cgroup -maxdepth 4 -path '*zones/deb@*/own' | head -1)
test -d "$GROUP" && echo its own group is below the zone\'s
echo "# reboots itself"
I=$($A list -p | cut -d: -f1)
$L 'kill -INT 1'
for i in $(seq 100); do test "$($A list -p | cut -d: -f1)" != "$I" && break; sleep 0.1; done
up
echo "# is asked to end"
$A shutdown
$A list -p | cut -d: -f2,3
cat "$TMP/zones/deb/root/root/stops"
test -d "$GROUP" && echo "$GROUP is still there"
true
