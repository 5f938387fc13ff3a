D=$(dirname "$DTRACE")
Z="$D/zonecfg -R $TMP -z global"
P="$D/priocntl -R $TMP"
trap 'for p in $one $two; do $P -s -c TS -i pid $p; kill $p; done >/dev/null 2>&1' EXIT
$Z info
$Z export
$Z create
$Z delete -F
$Z 'set cpu-shares=3; set max-lwps=1000; add attr; set name=note; set type=string; set value=ours; end; verify; commit'
$Z 'set zonepath=/elsewhere; commit'
$Z 'add net; set physical=eth0; set address=192.0.2.1; end; commit'
$Z 'set hostid=1'
$Z export | tee $TMP/exported
$Z 'clear cpu-shares; clear max-lwps; remove attr name=note'
$Z export | wc -l
$Z -f $TMP/exported
$Z export | cmp - $TMP/exported && echo round trip
$D/zoneadm -R $TMP list -cp | cut -d: -f1-4
$D/zoneadm -R $TMP -z global boot
sleep 1000 &
one=$!
sleep 1000 &
two=$!
$P -s -c FSS -i pid $one $two
group=$(sed -n 's/^[0-9]*:\(cpu\|cpu,.*\|\):\(.*zones\/global.*\)/\2/p' /proc/$one/cgroup | tail -1)
test -n "$group" || echo no group
for f in /sys/fs/cgroup/cpu$group/cpu.shares /sys/fs/cgroup$group/cpu.weight; do
	test -e $f && cat $f
done | sed 's/^3072$/three shares/; s/^300$/three shares/'
true
