# attacks.py in three zones: one as any, one that may mount, and one whose file system cannot have users of its
# own, so that its root is the host's without its privileges. Then a first boot from hostile files, and a first
# process that would outlive its supervisor.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
L="$D/zlogin -R $TMP"
trap 'for z in u m r; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1; umount $TMP/ramfs 2>/dev/null' EXIT
mkdir -p $TMP/ramfs
mount -t ramfs none $TMP/ramfs
for z in u m r; do
	path=/zones/$z
	test $z = r && path=/ramfs/r
	$D/zonecfg -R $TMP -z $z "create; set zonepath=$path; set max-lwps=60; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
	$A -z $z install -t sparse >/dev/null
	cp attempts.py attacks.py $TMP$path/root/etc
done
$D/zonecfg -R $TMP -z m 'set limitpriv="default,sys_mount"'
cp "$D/zlogin" $TMP/zlogin
# The caller has what a zone is not to have.
cat >$TMP/caller.py <<X
import os, signal, subprocess, sys
os.setpriority(os.PRIO_PROCESS, 0, -5)
os.open("$TMP", os.O_RDONLY)
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
sys.exit(subprocess.run(sys.argv[1:], pass_fds=range(3, 5), timeout=60).returncode)
X
caller="python3 $TMP/caller.py"
for z in u m r; do
	echo "# $z"
	$caller $A -z $z boot
	$A -z $z verify
	cat $TMP/run/zones/$z/users 2>/dev/null && echo
	$caller $L $z 'echo precedence $(cut -d" " -f19 /proc/1/stat) $(cut -d" " -f19 /proc/self/stat); grep SigIgn /proc/1/status /proc/self/status; ls /proc/self/fd | wc -l'
	$caller $L $z "OUTSIDE=$TMP python3 /etc/attacks.py calls"
	grep -c "^$TMP /" /proc/self/mounts
	script -qec "$L $z 'python3 /etc/attacks.py terminal'" /dev/null </dev/null | tr -d '\r'
done
$A list -v | sed -n '/ m /,$p'
mkfifo $TMP/full
exec 9<>$TMP/full
dd if=/dev/zero bs=4096 count=16 >&9 2>/dev/null
# Its shell is a link to the program that enters it.
for z in u r; do
	root=$TMP/zones/$z/root
	test $z = r && root=$TMP/ramfs/r/root
	echo "# entering $z"
	OUTSIDE=$TMP $L $z "OUTSIDE=$TMP python3 /etc/attacks.py entering" >$TMP/entered &
	watcher=$!
	for i in $(seq 1000); do test -e $root/ready && break; sleep 0.02; done
	echo 'evil:x:0:0::/:/proc/self/exe' >>$root/etc/passwd
	# The program says how it is used, and waits: nobody reads.
	timeout 20 $TMP/zlogin -R $TMP -l evil $z true 2>&9 </dev/null &
	evil=$!
	for i in $(seq 500); do test -e $root/met && break; sleep 0.02; done
	kill $evil
	wait $evil 2>/dev/null
	for i in $(seq 12); do
		timeout 10 $TMP/zlogin -R $TMP $z true </dev/null
	done
	touch $root/stop
	wait $watcher
	cat $TMP/entered
done
# Files that lead a first boot elsewhere: every descriptor that it might have of the host's.
for z in u r; do
	root=$TMP/zones/$z/root
	test $z = r && root=$TMP/ramfs/r/root
	echo "# hostile files of $z"
	$A -z $z halt
	$A -z $z verify
	$A -z $z list -v | tail -n +2
	ls $TMP/run/zones/$z | grep users
	mkdir -m 777 -p $TMP/victim
	rm -rf $root/etc/default
	for fd in $(test $z = r && seq 3 16); do
		ln -sfn /proc/self/fd/$fd$TMP/victim $root/etc/default
		echo system_locale=C.UTF-8 >$root/etc/sysidcfg
		$A -z $z boot >/dev/null 2>&1 && $A -z $z halt
	done
	ls -A $TMP/victim
	rm -f $root/etc/default $root/etc/sysidcfg*
	mkfifo $root/etc/sysidcfg
	timeout 20 $A -z $z boot
	rm $root/etc/sysidcfg
	mv $root/etc $root/etc.away
	ln -s etc.away $root/etc
	timeout 20 $A -z $z boot && $A -z $z halt
	rm $root/etc
	mv $root/etc.away $root/etc
	mv $root/proc $root/proc.away
	ln -s etc $root/proc
	timeout 20 $A -z $z boot
	rm $root/proc
	mv $root/proc.away $root/proc
done
echo "# a first process that would outlive its supervisor"
cat >$TMP/zones/u/root/init.py <<X
import ctypes, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
open("/up", "w").close()
time.sleep(1000)
X
$A -z u boot -- -i /usr/bin/python3 /init.py
for i in $(seq 200); do test -e $TMP/zones/u/root/up && break; sleep 0.02; done
init=$(cat $TMP/run/zones/u/pid)
kill -9 $(sed -n 's/^PPid:[ \t]*//p' /proc/$init/status)
for i in $(seq 200); do $A -z u list -p | grep -q :running: || break; sleep 0.02; done
$A -z u list -p | cut -d: -f2,3
$A -z u boot
grep -s '^State' /proc/$init/status | grep -v Z
$A -z u halt
echo "# words of an image for the administrator's terminal"
$A -z u boot -- -i "$(printf '/no\033]0;title\007')"
true
