/* @run: $SRC/test/with-loop 8m 'mkfs.ext4 -q -O ^has_journal $DEV; mkdir -p $TMP/mnt; mount $DEV $TMP/mnt; $DTRACE -qs buffers.d -c "mkdir $TMP/mnt/made"; umount $TMP/mnt' */
/* @needs: mkfs.ext4 */
/* Who makes a directory asks for blocks of the file system, and changes some of them (without a journal, which has ways of its own). */
sysinfo:::lread
/pid == $target/
{
	asked += arg0;
}

sysinfo:::lwrite
/pid == $target/
{
	changed += arg0;
}

END
{
	printf("%s, %s\n", asked > 0 ? "asked" : "not asked", changed >= 3 && changed < 1000 ? "changed" : "not changed");
}
