/* @opts: -q */
/* @run: dd if=/dev/zero of=$TMP/file bs=64k count=16 2>/dev/null; $DTRACE -q -s $TEST -c "sync $TMP/file" */
/* A megabyte written back: bytes, direction and the file's name as io tells them. */
io:::start
/args[2]->fi_name == "file" && args[0]->b_flags & B_WRITE/
{
	bytes += args[0]->b_bcount;
	pending[args[0]->b_blkno] = timestamp;
	started++;
}

io:::done
/pending[args[0]->b_blkno]/
{
	done += args[0]->b_bcount;
	pending[args[0]->b_blkno] = 0;
}

END
{
	printf("%d %d %d\n", bytes, done, started > 0);
}
