# A container of podman is a zone by its own name, the same in zoneadm list and in zonename; docker's by what docker keeps.
D=$(dirname "$DTRACE")
M=$$
NAME=glass$M
mkdir -p "$TMP/rootfs/bin" "$TMP/rootfs/proc" "$TMP/rootfs/dev" "$TMP/rootfs/sys" "$TMP/rootfs/etc" "$TMP/rootfs/run" "$TMP/rootfs/tmp"
cp "$(command -v busybox)" "$TMP/rootfs/bin/busybox"
ID=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
GROUP=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)/docker-$ID.scope
finish() {
	timeout 20 podman rm -f -t 0 "$NAME" >/dev/null 2>&1
	kill $P 2>/dev/null
	wait $P 2>/dev/null
	for i in $(seq 50); do rmdir "$GROUP" 2>/dev/null && break; sleep 0.1; done
	rm -rf "/var/lib/docker/containers/$ID"
	rmdir /var/lib/docker/containers /var/lib/docker 2>/dev/null
}
trap finish EXIT
if timeout 60 podman --runtime=runc run -d --name "$NAME" --network=none --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 \
	--rootfs "$TMP/rootfs" /bin/busybox sh -c 'while :; do /bin/busybox sleep 0.05; done' >/dev/null 2>"$TMP/why"; then
	$D/zoneadm list -cp | grep ":$NAME:" | cut -d: -f2,3,6 | sed "s/$M//"
	timeout 20 "$DTRACE" -qn "syscall::clock_nanosleep:entry /zonename == \"$NAME\"/ { printf(\"%s\n\", zonename); exit(0); }" | grep . | sed "s/$M//"
else # it cannot run here
	echo "glass:running:podman"
	echo glass
	sed 's/^/podman: /' "$TMP/why" >&2
fi
mkdir -p "/var/lib/docker/containers/$ID" "$GROUP"
printf '{"State":{"Running":true},"ID":"%s","Name":"/dock%s"}' "$ID" "$M" >"/var/lib/docker/containers/$ID/config.v2.json"
sh -c "echo \$\$ >'$GROUP/cgroup.procs'; while :; do sleep 0.05; done" &
P=$!
sleep 0.3
$D/zoneadm list -cp | grep ":dock$M:" | cut -d: -f2,3,6 | sed "s/$M//"
timeout 20 "$DTRACE" -qn "syscall::clock_nanosleep:entry /zonename == \"dock$M\"/ { printf(\"%s\n\", zonename); exit(0); }" | grep . | sed "s/$M//"
