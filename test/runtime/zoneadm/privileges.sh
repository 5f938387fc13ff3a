# limitpriv: which capabilities a zone's processes have, what is refused, and what sys_mount lets a zone do and not do.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z one"
Z="$D/zonecfg -R $TMP -z one"
L="$D/zlogin -R $TMP one"
trap '$A halt >/dev/null 2>&1; $A uninstall -F >/dev/null 2>&1' EXIT
$Z 'create; set zonepath=/zones/one; set max-lwps=50; set bootargs="-i /bin/sleep 1000"' 2>/dev/null
$A install -t sparse >/dev/null
try() {
	echo "# $1"
	$Z "set limitpriv=\"$1\"; verify; commit" 2>&1 | grep -v '^note'
	test "$($Z 'info limitpriv')" = "limitpriv: $1" || return
	$A boot || return
	sed -n 's/^CapBnd:[ \t]*//p' "/proc/$(cat "$TMP/run/zones/one/pid")/status"
	$L 'sed -n "s/^CapEff:[ \t]*//p" /proc/self/status'
	eval "$2"
	$A halt
}
try default
try 'default,!file_chown,!proc_owner' '$L "touch /tmp/f; chown 1 /tmp/f" 2>&1 | sed "s/^[^:]*: //"'
try 'default,-file_dac_write'
try 'proc_fork,proc_exec,net_privaddr'
try 'default,sys_mount' '$L "
mkdir -p /mnt/m; mount -t tmpfs none /mnt/m && touch /mnt/m/mine && echo mounted
mknod /mnt/m/sda b 8 0 2>&1 | sed s/.*:.//
mount -t ext4 /dev/sda /mnt 2>/dev/null || echo no disks
mkdir -p /mnt/g; for t in \"cgroup -o pids\" cgroup2; do mount -t \$t none /mnt/g 2>/dev/null || continue; for f in /mnt/g/pids.max /mnt/g/cgroup.procs /mnt/g/tasks; do test -e \$f && echo max 2>/dev/null >\$f && echo \$f written; done; umount /mnt/g; done
umount /proc/sys; echo 1 2>/dev/null >/proc/sys/kernel/panic || echo the kernel is not its own
umount /proc/kcore 2>/dev/null; head -c1 /proc/kcore 2>/dev/null | grep -c . 
mount -t debugfs none /mnt 2>/dev/null || mount -t tracefs none /mnt 2>/dev/null || mount -t bpf none /mnt 2>/dev/null || echo no windows into the kernel
unshare -U true 2>/dev/null || echo no users below its own
hostname other && hostname"; cat "/sys/fs/cgroup/pids/zones/one@"*/pids.max "/sys/fs/cgroup/zones/one@"*/pids.max 2>/dev/null | sort -u'
try 'default,dtrace_kernel'
try 'default,net_rawaccess'
try 'default,!proc_fork'
try 'default,fly'
true
