# Refusals in the system's log: with a /dev of the test's own, where the log is a socket of the test's.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"; A="$D/rctladm -R $TMP"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
mkdir $TMP/dev
mount -t tmpfs dev $TMP/dev
cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty $TMP/dev/
mount --bind $TMP/dev /dev
$A zone.max-lwps zone.cpu-shares
$A -e syslog zone.max-lwps
$A -e syslog=warning zone.max-physical-memory
$A zone.max-lwps zone.max-physical-memory
cat $TMP/etc/rctladm.conf
$A -d syslog zone.max-physical-memory
$A -u && cat $TMP/etc/rctladm.conf
$A -e syslog zone.cpu-shares; $A -e shout zone.max-lwps; $A zone.nonsense; $A -e syslog 2>/dev/null; echo $?
echo 'zone.max-lwps=nonsense' >$TMP/bad; cp $TMP/etc/rctladm.conf $TMP/good; cp $TMP/bad $TMP/etc/rctladm.conf; $A; cp $TMP/good $TMP/etc/rctladm.conf
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"; set max-lwps=10' 2>/dev/null
$Z install -t sparse >/dev/null
cp take.py $TMP/zones/web/root/
python3 -c '
import re, socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("/dev/log")
s.settimeout(20)
open("'$TMP/ready'", "w")
print(re.sub(r"\w+ +\d+ [\d:]+ |\[\d+\]", "", s.recv(1000).decode()))
' &
for i in $(seq 200); do test -e $TMP/ready && break; sleep 0.05; done
$A -d syslog zone.max-lwps
$Z boot
$A -e syslog zone.max-lwps
$L 'python3 /take.py | grep processes' >$TMP/took
wait $!
cat $TMP/took
