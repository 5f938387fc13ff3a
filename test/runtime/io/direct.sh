# Direct I/O of two files of a file system on $DEV, traced by direct.d: one read at an offset, one written from the memory of the other.
mkfs.ext4 -q "$DEV"
mkdir -p "$TMP/mnt"
mount "$DEV" "$TMP/mnt"
mkdir "$TMP/mnt/one"
for f in file other; do dd if=/dev/zero of="$TMP/mnt/one/$f" bs=64k count=8 conv=fsync status=none; done
$DTRACE -qs direct.d "$NAME" file -c "dd if=$TMP/mnt/one/file of=/dev/null bs=64k skip=3 count=1 iflag=direct status=none"
cat > "$TMP/write.py" <<'END'
import mmap, os, sys
data = mmap.mmap(os.open(sys.argv[1] + "/other", os.O_RDWR), 65536, prot=mmap.PROT_READ | mmap.PROT_WRITE)
data[0] = data[0]
os.pwrite(os.open(sys.argv[1] + "/file", os.O_RDWR | os.O_DIRECT), data, 131072)
END
$DTRACE -qs direct.d "$NAME" file -c "python3 -I $TMP/write.py $TMP/mnt/one"
umount "$TMP/mnt"
