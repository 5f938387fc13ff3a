# Reads a file of 256 pages on $DEV: not in memory yet, then from memory, then past it.
mkfs.ext4 -q "$DEV"
mkdir -p "$TMP/mnt"
mount "$DEV" "$TMP/mnt"
dd if=/dev/zero of="$TMP/mnt/file" bs=64k count=16 status=none
umount "$TMP/mnt"
mount "$DEV" "$TMP/mnt"
for flags in "" "" "iflag=direct"; do
	$DTRACE -qs pagein.d "$NAME" -c "sh -c 'dd if=$TMP/mnt/file of=/dev/null bs=64k $flags status=none; sleep 0.1'"
done
umount "$TMP/mnt"
