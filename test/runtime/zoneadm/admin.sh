# games may manage one, and clone from one; daemon may log in to it; nobody may nothing.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
trap 'kill $server; wait $server; for z in one two tmpl; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1' EXIT
chmod 711 "$TMP"
mkdir -m 711 $TMP/run
mkdir -m 777 $TMP/open
for z in one two tmpl; do
	$D/zonecfg -R $TMP -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
done
$D/zonecfg -R $TMP -z one 'add admin; set user=games; set auths=fly; end' 2>&1 | tail -1
for z in one two; do $D/zonecfg -R $TMP -z $z 'add admin; set user=games; set auths=manage; end'; done
$D/zonecfg -R $TMP -z one 'add admin; set user=daemon; set auths="login"; end; add fs; set dir=/mnt; set special='$TMP'/run; set type=lofs; end; verify; commit'
$D/zonecfg -R $TMP -z tmpl 'add admin; set user=games; set auths="login,clonefrom"; end; verify; commit'
$A -z tmpl install -t sparse >/dev/null
as() {
	user=$1
	shift
	timeout 30 setpriv --reuid=$user --regid=$(id -g $user) --clear-groups "$@"
}
zoneadm() { as $1 $D/zoneadm -R $TMP -z $2 $(shift 2; echo "$@"); }
zlogin() { as $1 $D/zlogin -R $TMP $(shift; echo "$@"); }
state() { $A -z $1 list -p | cut -d: -f2,3; }
echo "# no daemon"
zoneadm games one boot 2>&1 | sed "s#$TMP##"
$D/zoneadmd -R $TMP &
server=$!
for i in $(seq 200); do test -S $TMP/run/zoneadmd.socket && break; sleep 0.02; done
$D/zoneadmd -R $TMP 2>&1 | sed "s#$TMP##"
echo "# its manager"
zoneadm games one install -t sparse
zoneadm games one boot; echo $?; state one
zoneadm games one boot; echo $?
zlogin games one id
zoneadm games one reboot; state one
zoneadm games one halt; state one
zoneadm games one install -d /root
zoneadm games one export-oci $TMP/open
zoneadm games one move /zones/else
zoneadm games one uninstall -R
zoneadm games one uninstall -F; state one
zoneadm games one clone tmpl
zoneadm games two clone one
zoneadm games tmpl boot
state one; state two; state tmpl
echo "# who may log in"
zoneadm games one boot
zoneadm daemon one halt
zlogin daemon one 'id -u; exit 3'; echo $?
echo typed | zlogin daemon one 'tr a-z A-Z'
zlogin daemon -l nosuch one id; echo $?
zlogin daemon two id
zlogin daemon none id
script -qec "setpriv --reuid=daemon --regid=daemon --clear-groups $D/zlogin -R $TMP -iQ one 'test -t 0 && tty'" /dev/null </dev/null | grep -o '/dev/pts/.*' | tr -d '\r'
echo "# who may nothing"
zlogin nobody one id
zoneadm nobody one halt
as nobody $D/zoneadm -R $TMP -z '*' halt
echo "# a signal to the command, and a user who hangs up"
setpriv --reuid=daemon --regid=daemon --clear-groups $D/zlogin -R $TMP one 'trap "echo told; exit 4" TERM; echo up >/tmp/up; while :; do sleep 0.1; done' &
login=$!
for i in $(seq 200); do test -s $TMP/zones/one/root/tmp/up && break; sleep 0.05; done
kill $login
wait $login
echo $?
setpriv --reuid=daemon --regid=daemon --clear-groups $D/zlogin -R $TMP one 'echo $$ >/tmp/pid; exec sleep 500' &
login=$!
for i in $(seq 200); do test -s $TMP/zones/one/root/tmp/pid && break; sleep 0.05; done
kill -9 $login
wait $login 2>/dev/null
for i in $(seq 100); do $D/zlogin -R $TMP one 'kill -0 $(cat /tmp/pid)' 2>/dev/null || break; sleep 0.05; done
$D/zlogin -R $TMP one 'kill -0 $(cat /tmp/pid) 2>/dev/null || echo it has ended'
echo "# no requests"
cp admin.py $TMP/open/
as games python3 $TMP/open/admin.py $TMP/run/zoneadmd.socket $TMP
cp admin.py $TMP/zones/one/root/tmp/
$D/zlogin -R $TMP one 'python3 /tmp/admin.py /mnt/zoneadmd.socket zone'
state one; ls -A $TMP/open
true
