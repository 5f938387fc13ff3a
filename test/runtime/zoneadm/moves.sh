# Zones move, within a file system and to another, are detached and attached; what does not fit is refused.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP" L="$D/zlogin -R $TMP"
show() { $A list -cnp | cut -d: -f2-4; }
trap 'for z in a b; do $A -z $z halt; $A -z $z uninstall -F; done >/dev/null 2>&1' EXIT
for z in a b; do
	$D/zonecfg -R "$TMP" -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
done
$A -z a move /zones/c
$A -z a install -t sparse >/dev/null
echo kept >$TMP/zones/a/root/etc/motd
$A -z a move /zones/b && show
$A -z a move /zones/b
$A -z a move relative
$A -z a move /nowhere/c 2>&1 | sed 's/-> .*//'
mkdir $TMP/zones/full
$A -z a move /zones/full
$D/zonecfg -R $TMP -z b 'set zonepath=/zones/d'
echo "over layers, to another file system:"
$A -z b clone -m overlay a
$A -z b boot
$A -z b move /other/b
$L b 'rm /etc/motd; ln /etc/passwd /etc/same; mkdir -p /srv/x'
$A -z b halt
$A -z b move /other/b && show
ls $TMP/zones; ls $TMP/other/b
$A -z b boot
$L b 'cat /etc/motd; test /etc/passwd -ef /etc/same && echo same; ls /srv'
$A -z b halt
echo "detached:"
$A -z b detach -n | head -2
$A -z b detach && show
$A -z b boot
$A -z a attach
$D/zonecfg -R $TMP -z b 'set max-lwps=20'
$A -z b attach
$A -z b attach -n -F && $A -z b attach -F && show
$A -z b detach
$D/zonecfg -R $TMP -z b delete -F
$D/zonecfg -R $TMP -z again 'create -a /zones/none' 2>&1 | tail -1
cp $TMP/other/b/detached.cfg $TMP/kept
for bad in "export -f $TMP/written" "create -t global" 'create -a /other/b' delete; do
	(cat $TMP/kept; echo "$bad") >$TMP/other/b/detached.cfg # as from a machine that is not to be trusted
	$D/zonecfg -R $TMP -z again 'create -a /other/b' 2>&1 | tail -1
done
ls $TMP/written 2>/dev/null
mv $TMP/kept $TMP/other/b/detached.cfg
$D/zonecfg -R $TMP -z again 'create -a /other/b' 2>/dev/null
$D/zonecfg -R $TMP -z again export
$A -z again attach && $A -z again boot && $L again 'cat /etc/motd; ls /srv'
$A -z again halt
$A -z again uninstall -F
$A -z again attach -F
$A -z a uninstall -F
show
(cd $TMP; find zones other -mindepth 1)
