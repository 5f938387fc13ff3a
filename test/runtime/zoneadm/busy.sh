# What is in the way: something mounted in a zone's files, several administrators at once, a configuration
# that cannot be; each is named, and nothing is left half-made.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP"
trap '(umount $TMP/zones/a/root/mnt; for z in a b c; do $A -z $z halt; $A -z $z uninstall -F; done) >/dev/null 2>&1' EXIT
plain() { sed "s,$TMP,,g"; }
state() { $A -z $1 list -p | cut -d: -f3; }
for z in a b c; do
	$D/zonecfg -R $TMP -z $z "create; set zonepath=/zones/$z; set bootargs=\"-i /bin/sleep 1000\"" 2>/dev/null
done
$A -z a install -t sparse >/dev/null
mount -t tmpfs none $TMP/zones/a/root/mnt
$A -z b clone -m copy a 2>&1 | plain
state b
$A -z a uninstall -F
state a
$A -z a boot
umount $TMP/zones/a/root/mnt
$A -z a uninstall -F
state a
mkdir -p $TMP/zones/a/root
echo mine >$TMP/zones/a/root/file
chmod 700 $TMP/zones/a
$A -z a install -t sparse
cat $TMP/zones/a/root/file
rm -r $TMP/zones/a
echo "a configuration that cannot be:"
$D/zonecfg -R $TMP -z c 'add fs; set dir=/data; set special=/nowhere; set type=lofs; end'
$A -z c install -t sparse >/dev/null
$A -z c boot
$D/zonecfg -R $TMP -z c 'remove fs dir=/data; add fs; set dir=/none; set special=/tmp; set type=lofs; end'
$A -z c boot
state c
$A -z c uninstall -F
echo "administrators at once:"
$A -z a install -t sparse >/dev/null
admin() {
	for i in 1 2 3 4 5 6; do
		$A -z b clone a
		$A -z b boot
		$A -z b halt
		$A -z b uninstall -F
		$D/zonecfg -R $TMP -z c "set cpu-shares=$i"
		$A -z c install -t sparse
		$A -z c uninstall -F
	done
}
for n in 1 2 3; do
	admin >/dev/null 2>$TMP/said.$n &
done
wait
# Each was told what stood in its way, and nothing else.
sed "s/zone '[abc]'/zone/" $TMP/said.* | grep -v 'must be \(configured\|installed\|running\|uninstalled\)\|is already \(booted\|installed\)\|is invalid for running' | sort -u
for z in b c; do
	case $(state $z) in configured) ;; *) $A -z $z halt 2>/dev/null; $A -z $z uninstall -F ;; esac
done
$A list -cp | cut -d: -f2-4
$A -z a uninstall -F
ls -A $TMP/zones
echo "a root by other names:"
ln -s "$TMP" "$TMP/link"
cd "$TMP"
$A -z a install -t sparse >/dev/null 2>&1
$D/zoneadm -R . -z a boot
$D/zlogin -R "$TMP/link" a 'echo entered'
$D/zoneadm -R "$TMP/./" -z a halt
state a
