# Once as this machine is, once where version 2 is not mounted. Each process sleeps again and again for 0.1 s and the number of
# this one.
if test "$1" != once; then
	sh "$0" once || exit
	echo "# without version 2"
	exec unshare -m --propagation private sh -c 'awk "\$3 == \"cgroup2\" { print \$2 }" /proc/self/mounts | xargs -rn1 umount; exec sh "$0" once' "$0"
fi
D=$(dirname "$DTRACE")
M=$$
nap=0.1$(printf %06d $M)
ID=0123456789abcdef0123456789abcdef0123456789abcdef0123456$(printf %09d $M)
for c in pids memory devices freezer cpu cpuset; do # the first that is of version 1 tells
	G=$(awk -v c=$c '$3 == "cgroup" && (","$4",") ~ ","c"," { print $2; exit }' /proc/self/mounts)
	test "$G" && break
done
test "$G" || { echo "no control groups of version 1 are mounted"; exit 77; }
U=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
groups="$G/docker/$ID $G/lxc.payload.lx$M/inner $G/lxc.payload.lx$M $G/test$M.slice/web$M.service $G/test$M.slice $G/plain$M ${U:+$U/late$M.service}"
finish() {
	kill $inside $dtrace
	wait $inside $dtrace
	for g in $groups; do
		for i in $(seq 100); do test ! -d $g || rmdir $g && break; sleep 0.05; done
	done
	rmdir $G/docker
}
trap 'finish >/dev/null 2>&1' EXIT
# in_groups DIRECTORY...: a loop that is in all of them.
in_groups() {
	mkdir -p "$@"
	sh -c 'for g in "$@"; do echo $$ >"$g/cgroup.procs" || exit; done; while :; do sleep '$nap'; done' sh "$@" 2>/dev/null &
	inside="$inside $!"
}
# What is printed of each line at last; names have no number of ours.
said() { sed "s/$M//g; s/0123456789ab/ID/" "$TMP/out" | sort -u; }
wait_for() {
	for i in $(seq 400); do
		said | grep -qx "$1" && return
		sleep 0.05
	done
	echo "never: $1"
}
in_groups $G/docker/$ID
in_groups $G/plain$M
"$DTRACE" -s legacy.d "$(echo $nap | sed 's/0\.//')00" >"$TMP/out" 2>&1 &
dtrace=$!
wait_for begun
wait_for "runs ID 1"
wait_for "woken ID 1"
wait_for "runs global 0"
in_groups $G/lxc.payload.lx$M/inner
in_groups $G/test$M.slice/web$M.service
wait_for "runs lx 1"
wait_for "woken lx 1"
wait_for "runs web 1"
if test "$U"; then # where both tell, that of version 2 does
	in_groups $G/docker/$ID $U/late$M.service
	wait_for "runs late 1"
fi
kill $dtrace
wait $dtrace
dtrace=
said | grep "^runs" | grep -v "unknown\|late"
"$D/zoneadm" list -cp | sed -E "s/0123456789ab/ID/" | grep -E ":(ID|lx$M|web$M):" | cut -d: -f2,3,6,7 | sed "s/$M//" | sort -u
test -z "$U" || "$D/zoneadm" list -cp | grep -q ":late$M:running:.*:systemd:shared" || echo "late is not listed"
