/* @run: $SRC/test/with-loop 32m 'mkfs.ext4 -q $DEV; mkdir -p $TMP/mnt; mount $DEV $TMP/mnt; mkdir $TMP/mnt/one; dd if=/dev/zero of=$TMP/mnt/one/file bs=64k count=16 status=none; sync -f $TMP/mnt; $DTRACE -qs members.d $NAME $DEV -c "dd if=/dev/zero of=$TMP/mnt/one/file bs=64k count=8 seek=8 conv=notrunc,fsync status=none" | sed "s|$TMP|TMP|g" | sort -u; $DTRACE -qs members.d $NAME $DEV -c "dd if=$DEV of=/dev/null bs=4k count=1 skip=3 iflag=direct status=none"; umount $TMP/mnt' */
/* @needs: mkfs.ext4 */
/* Members of bufinfo_t, devinfo_t and fileinfo_t: a cached write of the second half of a file, a direct read. */
io:::start, io:::done
/args[1]->dev_statname == $$1 && args[2]->fi_name == "file"/
{
	printf("%s %s %s %s mount %s fs %s offset %s flags %s%s%s%s\n", probename, args[2]->fi_pathname, args[2]->fi_dirname, args[2]->fi_name,
	    args[2]->fi_mount, args[2]->fi_fs, args[2]->fi_offset >= 524288 && args[2]->fi_offset < 1048576 ? "in the second half" : "elsewhere",
	    args[0]->b_flags & B_WRITE ? "W" : "-", args[0]->b_flags & B_PAGEIO ? "p" : "-", args[0]->b_flags & B_PHYS ? "P" : "-",
	    args[0]->b_flags & B_DONE ? "D" : "-");
}

io:::start, io:::done
/args[1]->dev_statname == $$1 && args[0]->b_flags & B_READ && args[0]->b_flags & B_PHYS && args[0]->b_blkno == 24 && args[0]->b_bcount == 4096/
{
	printf("%s block %d of %d bytes, error %d, resid %d, %s %s, same device %d, %s\n", probename, args[0]->b_blkno, args[0]->b_bcount,
	    args[0]->b_error, args[0]->b_resid, args[2]->fi_name, args[2]->fi_fs,
	    args[1]->dev_major == getmajor(args[0]->b_edev) && args[1]->dev_minor == getminor(args[0]->b_edev) && args[0]->b_lblkno == 24,
	    args[1]->dev_pathname == $$2 ? "its path" : "another path");
}
