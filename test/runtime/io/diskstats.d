/* @run: $SRC/test/agree 8 '$SRC/test/with-loop 96m "sh ./diskstats.sh"' */
/* @needs: mkfs.ext4 */
/* @timeout: 120 */
/* Requests and sectors of a loop device with a file system that is written, synced, trimmed and read: the same as in /proc/diskstats. Bytes
 * grow between start and done where requests are merged, so only done is compared for them; what is trimmed transfers none. */
io:::start
/args[1]->dev_statname == $$1/
{
	started++;
}

io:::done
/args[1]->dev_statname == $$1/
{
	done++;
	sectors += args[0]->b_bcount / 512;
	reads += args[0]->b_flags & B_READ ? 1 : 0;
	read_sectors += args[0]->b_flags & B_READ ? args[0]->b_bcount / 512 : 0;
}

END
{
	printf("%d %d %d %d %d\n", started, done, sectors, reads, read_sectors);
}
