# Limits of a zone: as configured, as prctl shows and changes them, as the zone meets them.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"; P="$D/prctl -R $TMP -i zone"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"; set max-lwps=40; set max-shm-ids=5; set max-sem-ids=7; set max-msg-ids=3; set max-shm-memory=1m; add capped-memory; set physical=64m; set swap=96m; set locked=32k; end; add capped-cpu; set ncpus=.5; end; add rctl; set name=zone.cpu-shares; add value (priv=privileged,limit=2,action=none); end' 2>/dev/null
$P web
$P global | tail -n +5 | head -3
$Z install -t sparse >/dev/null
cp take.py $TMP/zones/web/root/
$Z boot
echo '# all'
$P -t privileged web | sed '/zfs-io/d; /privileged  *100  *-  *none/d'
$P -P -n zone.max-lwps 1
echo '# met'
$L 'python3 /take.py; ulimit -l'
echo '# changed'
for c in '-n zone.max-lwps -r -v 20' '-n zone.max-swap -v 1m' '-n zone.max-physical-memory -v 128m' '-n zone.max-swap -v 192m' '-n zone.max-physical-memory -v 128m' '-n zone.cpu-cap -x' '-n zone.cpu-shares -v 5' '-n zone.max-shm-ids -s -v 6' '-n zone.max-locked-memory -v 16k' '-n zone.max-processes -v 5' '-n zone.max-lwps -v 3G' '-n zone.max-lwps -v many' '-n zone.max-lwps -t system -v 5' '-n zone.max-lwps -d deny' '-n zone.nonsense' '-n process.max-cpu-time'; do
	$P $c web | tail -n +3
done
$P -P -t privileged web | grep -v zfs-io
$L 'python3 /take.py; ulimit -l'
$P nobody
$P -n zone.max-lwps -v 5 global
echo '# a process'
sleep 60 &
for i in $(seq 400); do grep -qx sleep /proc/$!/comm && break; sleep 0.05; done
prlimit --pid $! --nofile=100:200 --core=0:1048576
$D/prctl -n process.max-file-descriptor $! | sed 's/: [0-9]*:/: N:/'
$D/prctl -P -n process.max-core-size $!
$D/prctl -n process.max-file-descriptor -t basic -v 300 $!
$D/prctl -n process.max-file-descriptor -t basic -v 50 $!
$D/prctl -n process.max-file-descriptor -v 80 $!
$D/prctl -P -n process.max-file-descriptor $!
$D/prctl -n process.nonsense $!
kill $!
$D/prctl x
$D/prctl -v 5 $$ >/dev/null
echo $?
