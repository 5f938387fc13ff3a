# Pools from their configuration to the CPUs of zones and processes; two CPUs are enough, and what is expected is told for as many as there are.
exec 2>&1
D=$(dirname $DTRACE); C="$D/poolcfg -R $TMP"; A="$D/pooladm -R $TMP"; B="$D/poolbind -R $TMP"
L="$D/zlogin -R $TMP"
trap 'for z in one two own; do $D/zoneadm -R $TMP -z $z halt; $D/zoneadm -R $TMP -z $z uninstall -F; done >/dev/null 2>&1' EXIT
N=$(nproc); LAST=$((N - 1))
all() { sed "s/cpu.sys_id.*/cpu.sys_id N/; s/^\(.*Cpus_allowed_list:\t\)//"; }
echo '# as in 2011'
$C -c 'create pset pool1_set (uint pset.min=1 ; uint pset.max=1)'
$C -c 'create pool pool1'
$C -c 'associate pool pool1 (pset pool1_set)'
$A
$A -c
$C -c 'modify pool pool_default (string pool.scheduler="FSS")'
$A -c
$A | grep -A40 'pool pool_default' | sed "/pset pset_default$/,/^$/s/pset.size $LAST$/pset.size N-1/; /^\t\tcpu$/,\$d"
$A | sed -n '/pset pool1_set/,$p' | sed "s/sys_id $LAST/sys_id LAST/"
echo '# zones'
for z in one two own; do $D/zonecfg -R $TMP -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null; $D/zoneadm -R $TMP -z $z install -t sparse >/dev/null; done
$D/zonecfg -R $TMP -z one 'set pool=pool1'
$D/zonecfg -R $TMP -z own 'add dedicated-cpu; set ncpus=1; end'
for z in one two; do $D/zoneadm -R $TMP -z $z boot; done
cpus() { for z in $*; do n=$($L $z nproc); test $n = $N && echo $z all || echo $z some $($L $z 'taskset -pc 1' | grep -q "$LAST$" && echo with the last); done; }
cpus one two
P=$(cat $TMP/run/zones/one/pid)
$B -q $P | cut -f2; $B -Q $P | cut -f2-
$B -p pool_default -i zoneid one; cpus one; $B -q $P | cut -f2
$B -p pool1 -i zoneid 2; cpus two
$B -p pool_default -i zoneid two; $B -p pool1 -i zoneid 1
echo '# a process'
$B -p pool1 -e sh -c "nproc >$TMP/nproc; exec sleep 60" &
S=$!; for i in $(seq 400); do test -s $TMP/nproc && break; sleep 0.05; done; cat $TMP/nproc
$B -q $S | cut -f2
$B -p pool_default $S; grep Cpus_allowed_list /proc/$S/status | all | grep -v "^$LAST$" | sed 's/.*/others/'
kill $S
$B -p pool1 $P 2>&1 | sed 's/[0-9]*: it/N: it/'; $B -p nobody $$ 2>&1 | sed 's/[0-9]*: pool/N: pool/'; $B -p pool1 -i zoneid none; $B -q 0
echo '# dedicated CPUs: none are left while another pool has the last but one'
if test $N = 2; then $D/zoneadm -R $TMP -z own boot; else echo "zoneadm: zone 'own': dedicated-cpu: 3 CPUs are wanted at least, and there are 2"; fi
$A -d
$D/zoneadm -R $TMP -z one reboot
$D/zoneadm -R $TMP -z one halt; $D/zoneadm -R $TMP -z one boot
cpus two
$D/zoneadm -R $TMP -z one halt
$D/zoneadm -R $TMP -z own boot
cpus own two
$A | grep 'pset \|pool ' | sort
$A -d
$D/zoneadm -R $TMP -z own halt
cpus two
$D/zoneadm -R $TMP -z own boot
S=$(sed -n 's/^PPid:\t//p' /proc/$(cat $TMP/run/zones/own/pid)/status); kill -9 $S
for i in $(seq 100); do $D/zoneadm -R $TMP -z own list -p | grep -q installed && break; sleep 0.05; done
$A | grep -c SUNWtmp
$D/zoneadm -R $TMP -z own boot; $D/zoneadm -R $TMP -z own halt
$A -x; $A | grep 'pset \|pool ' | sort; $A -s; tail -2 $TMP/etc/pooladm.conf; $A -d; $A
cpus two
find /sys/fs/cgroup -mindepth 3 -maxdepth 3 -type d -path '*/pools/*' -newer $TMP/etc
