# Each sleeps again and again for 0.1 s and the number of this process.
B=$(dirname "$DTRACE")
M=$$
R=$TMP/root
nap=0.1$(printf %06d $M)
loop="while :; do sleep $nap; done"
ID=0123456789abcdef0123456789abcdef0123456789abcdef0123456789$(printf %06d $M)
mkdir -p "$R/bin" "$R/usr" "$R/etc" "$R/dev" "$R/proc" "$R/sys" "$R/run" "$R/tmp" "$R/var" "$TMP/lxc"
touch "$R/etc/os-release"
cp "$(command -v busybox)" "$R/bin/"
printf '#!/bin/sh\n%s\n' "$loop" >"$R/bin/loop"
chmod 755 "$R/bin/loop"
for a in sh sleep; do ln -s busybox "$R/bin/$a"; done
unified=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
podman="podman --runtime $(command -v runc) --cgroup-manager=cgroupfs --root $TMP/pods --runroot $TMP/podrun"
in_group() { # PATH: a loop in a new control group
	mkdir -p "$unified/$1"
	sh -c "echo \$\$ >'$unified/$1/cgroup.procs'; $loop" &
	inside="$inside $!"
}
cleanup() {
	$podman rm -f -t 0 "$pod"
	lxc-stop -k -n lx$M -P "$TMP/lxc"
	kill $inside $spawned $lxc $machine
	wait $inside $spawned $lxc $machine
	sleep 0.3 # the last of them sleep so long
	rmdir "$unified/test$M.slice/web.service/inner" "$unified/test$M.slice/"*.service "$unified/test$M.slice"
	rmdir "$unified/docker/$ID" "$unified/docker"
	umount "$TMP/pods/overlay"
	find /sys/fs/cgroup -depth -path "*lx$M*" -type d -exec rmdir {} +
	find /sys/fs/cgroup -depth -path "*$pod*" -type d -exec rmdir {} +
	rmdir /sys/fs/cgroup/*/lxc.pivot /sys/fs/cgroup/*/libpod_parent/conmon /sys/fs/cgroup/*/libpod_parent
}
trap 'cleanup >/dev/null 2>&1' EXIT
pod=$($podman run -d --name web --network none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 --rootfs "$R" /bin/loop 2>"$TMP/podman") ||
	{ echo "podman cannot run here: $(tail -1 "$TMP/podman")"; exit 77; }
cp -r "$R" "$TMP/spawned"
systemd-nspawn -q --register=no --keep-unit -D "$TMP/spawned" -M spawned$M /bin/loop </dev/null >/dev/null 2>&1 &
spawned=$!
cat >"$TMP/lxc.conf" <<END
lxc.rootfs.path = dir:$R
lxc.uts.name = lx
lxc.net.0.type = none
lxc.apparmor.profile = unconfined
lxc.init.cmd = /bin/loop
END
lxc-start -F -n lx$M -f "$TMP/lxc.conf" -P "$TMP/lxc" </dev/null >"$TMP/lxc.log" 2>&1 &
lxc=$!
while sleep 0.1 && echo info status; do :; done |
	qemu-system-x86_64 -accel kvm -cpu qemu64 -S -m 32 -display none -nodefaults -name guest=vm$M,debug-threads=on -monitor stdio >/dev/null 2>&1 &
machine=$!
in_group test$M.slice/web.service/inner
sleep 1
"$DTRACE" -s adopted.d "$(echo $nap | sed 's/0\.//')00" $machine >"$TMP/out" 2>&1 &
dtrace=$!
for i in $(seq 200); do grep -q begun "$TMP/out" && break; sleep 0.05; done
in_group test$M.slice/late.service
in_group docker/$ID
sh -c "$loop" &
inside="$inside $!"
sleep 1
kill $dtrace
wait $dtrace
named() { sed -E "s/$(echo $pod | cut -c 1-12)/POD/g; s/$M/N/g; s/pidns-[0-9]+/pidns-NUMBER/"; }
named <"$TMP/out" | grep -v "begun\|^$\|unknown" | sed 's/ [0-9]*$//' | LC_ALL=C sort -u
"$B/zoneadm" list -cp >"$TMP/list"
named <"$TMP/list" | grep -E ":(POD|lxN|vmN|web|late|0123456789ab):" | cut -d: -f2,3,6,7 | LC_ALL=C sort
