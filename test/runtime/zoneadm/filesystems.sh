# fs resources: a directory, memory, a disk; their options; what cannot be mounted is told and leaves nothing.
D=$(dirname "$DTRACE")
A="$D/zoneadm -R $TMP -z one"
Z="$D/zonecfg -R $TMP -z one"
L="$D/zlogin -R $TMP one"
finish() {
	$A halt
	$A uninstall -F
	test "$DISK" && losetup -d "$DISK"
}
trap 'finish >/dev/null 2>&1' EXIT
mkdir -p "$TMP/shared"
echo shared >"$TMP/shared/file"
$Z "create; set zonepath=/zones/one; set bootargs=\"-i /bin/sleep 1000\"; \
	add fs; set dir=/srv; set special=$TMP/shared; set type=lofs; add options noexec; end; \
	add fs; set dir=/mnt; set special=none; set type=tmpfs; add options nosuid; add options \"size=1m\"; add options \"mode=0750\"; end" 2>/dev/null
$A install -t sparse >/dev/null
$A boot
$L 'cat /srv/file; echo mine >/srv/new; findmnt -rno FSTYPE,OPTIONS /mnt | sed "s/,inode.*//;s/,uid=.*//;s/,idmapped//"; stat -c "%U %a" /mnt; touch /mnt/a /mnt/b; chown 7:8 /mnt/b; stat -c "%u:%g" /mnt/a /mnt/b; read -r first outside ids </proc/self/uid_map; echo $first $ids; head -c 2000000 /dev/zero >/mnt/x 2>/dev/null || wc -c </mnt/x; findmnt -rno OPTIONS /srv | tr , "\n" | grep noexec'
stat -c %U "$TMP/shared/new"
$A halt
echo "# a disk"
truncate -s 8m "$TMP/disk"
mkfs.ext4 -q "$TMP/disk" && DISK=$(losetup -f --show "$TMP/disk")
$Z "remove fs dir=/srv; add fs; set dir=/opt; set special=$DISK; set type=ext4; end"
$A boot && $L 'touch /opt/on-disk; findmnt -rno FSTYPE /opt; stat -c %U /opt /opt/on-disk'
$A halt
$Z "select fs dir=/opt; add options ro; end"
$A boot && $L 'ls /opt; touch /opt/more 2>/dev/null || echo read only'
$A halt
echo "# what cannot be"
$Z 'select fs dir=/opt; set type=nofs; end'
$A boot
$Z 'select fs dir=/opt; set type=tmpfs; add options "colour=red"; end'
$A boot
$A list -p | cut -d: -f2,3
