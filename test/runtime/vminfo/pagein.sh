# Has dd read a file of 256 pages on $DEV: not in memory yet, then from memory (where another has just
# had it put: a host may take back early what nobody looks at), then past it. Says "agree" where that is what is told.
cat > "$TMP/expected" <<'END'
256 256, some at a time, disk 256
0 0, never, disk 0
0 0, never, disk 256
END
mkfs.ext4 -q "$DEV"
mkdir -p "$TMP/mnt"
mount "$DEV" "$TMP/mnt"
dd if=/dev/zero of="$TMP/mnt/file" bs=64k count=16 status=none
umount "$TMP/mnt"
mount "$DEV" "$TMP/mnt"
for how in "true; dd" "cat $TMP/mnt/file > $TMP/copy; dd" "true; dd iflag=direct"; do
	$DTRACE -qs pagein.d "$NAME" -c "sh -c '$how if=$TMP/mnt/file of=/dev/null bs=64k status=none; sleep 0.1'"
done | sed '/^$/d' > "$TMP/told"
umount "$TMP/mnt"
diff "$TMP/expected" "$TMP/told" && echo agree
