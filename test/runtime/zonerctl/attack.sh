# A tenant that wants more than it was given: of CPU, memory, processes, priority.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"; P="$D/prctl -R $TMP -P -t privileged -i zone"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"; set max-lwps=40; set max-shm-ids=5; add capped-memory; set physical=64m; set swap=64m; set locked=32k; end; add capped-cpu; set ncpus=.5; end' 2>/dev/null
$Z install -t sparse >/dev/null
cp want.py $TMP/zones/web/root/
$Z boot
$P web >$TMP/before
$L 'python3 /want.py'
$P web | diff $TMP/before - && echo the limits are what they were
