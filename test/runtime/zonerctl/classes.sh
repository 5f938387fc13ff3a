# Classes of processes, outside of zones and in one.
exec 2>&1
renice -n 0 -p $$ >/dev/null # whatever the tests themselves run at
D=$(dirname $DTRACE); P="$D/priocntl -R $TMP"; Z="$D/zoneadm -R $TMP -z web"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1; kill $A $B 2>/dev/null' EXIT
sleep 60 & A=$!
sleep 60 & B=$!
show() { $P -d "$@" | sed "s/^ *$A /      A /; s/^ *$B /      B /; /PID/d"; }
show $A $B
$P -s -c FSS -p -30 $A; show $A $B
$P -s -c FX -i pid $A $B; show $A $B
$P -s -p 6 $B; show $B
$P -s -c RT -p 7 $A; show $A; chrt -p $A | sed 's/^.*: //'
$P -s -c TS $A $B; show $A $B
for c in '-s -c XX 1' '-s -c RT -p 60 1' '-s -p 61 1' '-s -c TS -i taskid 1' '-d -i pid x' '-d 999999999' '-s 1'; do $P $c >$TMP/out 2>&1; echo $?; head -1 $TMP/out; done
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"' 2>/dev/null
$Z install -t sparse >/dev/null; $Z boot
$P -d -i zoneid web | sed 1,2d | tr -s ' ' | cut -d' ' -f3-
$P -s -p 12 -i zoneid 1; $P -d -i zoneid 1 | sed '2d; s/^ *[0-9][0-9]* / N /'
$P -s -c TS -i zoneid web 2>&1 | sed 's/[0-9]*: p/N: p/'
$P -e -c FX sh -c 'exec '"$P"' -d $$' | head -1
$Z halt
$D/zonecfg -R $TMP -z web 'set scheduling-class=FX'; $Z boot; $P -d -i zoneid web | head -1
