# What a zone sees of itself: by programs of its own, by files of /proc; whose they are; that they follow the limits.
exec 2>&1
D=$(dirname $DTRACE); Z="$D/zoneadm -R $TMP -z web"; L="$D/zlogin -R $TMP web"; P="$D/prctl -R $TMP -i zone"
trap '$Z halt >/dev/null 2>&1; $Z uninstall -F >/dev/null 2>&1' EXIT
$D/zonecfg -R $TMP -z web 'create; set zonepath=/zones/web; set bootargs="-i /bin/sleep 1000"; add capped-memory; set physical=512m; set swap=512m; end; add capped-cpu; set ncpus=1; end' 2>/dev/null
$Z install -t sparse >/dev/null
$Z boot
S=$(sed -n 's/^PPid:\t//p' /proc/$(cat $TMP/run/zones/web/pid)/status)
V=$(pgrep -P $S zoneview)
$L 'prtconf | tail -1; prtconf -m; psrinfo | sed "s/since.*/since T/"; psrinfo -s 0; psrinfo 1; mpstat | cut -c1-50; mpstat 1 2 | wc -l; free -m | tr -s " " | cut -d" " -f1,2; nproc; nproc --all; command -v free nproc'
$L 'head -1 /proc/meminfo; grep -c ^processor /proc/cpuinfo; grep -c ^cpu /proc/stat; cat /sys/devices/system/cpu/online; grep -c . /proc/swaps'
$L 'python3 -c "
import time
def used(): return sum(map(int, open(\"/proc/stat\").readline().split()[1:4]))
def free(): return int(open(\"/proc/meminfo\").read().split()[4])
u, f = used(), free()
end = time.process_time() + 0.3
while time.process_time() < end: pass
n = used() - u
x = bytearray(100 << 20)
print(20 <= n <= 60 or n, 90 << 10 <= f - free() <= 130 << 10)
a, b = map(float, open(\"/proc/uptime\").read().split())
print(0 < a < 1000, 0 <= b <= a)
"'
# Load is what the zone used of the CPUs: of late nearly nothing, then some of a minute.
$L 'python3 -c "
import time
def load(): return open(\"/proc/loadavg\").read().split()
a = load()
end = time.process_time() + 1
while time.process_time() < end: pass
b = load()
print([float(x) <= 0.5 for x in a[:3]], 0.01 <= float(b[0]) - float(a[0]) <= 0.1 or (a, b), a[3].split(\"/\")[0], 1 < int(b[3].split(\"/\")[1]) < 10)
"'
echo '# changed while it is up'
$P -n zone.max-swap -v 2g web; $P -n zone.max-physical-memory -v 1g web; $P -n zone.cpu-cap -x web
$L 'prtconf -m; test $(nproc) = $(grep -c ^processor /proc/cpuinfo) && echo the same'
$L nproc | grep -c "^$(nproc)$"
echo '# whose they are'
$L 'for f in meminfo cpuinfo stat uptime loadavg; do echo x >/proc/$f; rm /proc/$f; done 2>&1 | sed "s/^.*: //"; umount /proc/meminfo 2>/dev/null || echo stays; echo x >/dev/zone/free; cat /proc/self/mountinfo | grep -c " - fuse "' 2>&1 | sed 's/^.*: //'
sed -n 's/^\(Uid\|CapEff\|CapPrm\|NoNewPrivs\):\t//p' /proc/$V/status
ls /proc/$V/fd | tr '\n' ' '; readlink /proc/$V/fd/3
echo '# gone with the zone'
$Z halt
test -d /proc/$V || echo gone
$D/zonecfg -R $TMP -z web 'remove -F capped-memory; remove -F capped-cpu'
$Z boot
test "$($L 'head -1 /proc/meminfo')" = "$(head -1 /proc/meminfo)" && echo "the system's"
