/* @run: $SRC/test/with-loop 1m 'truncate -s 544k $TMP/loop.img; $DTRACE -qs parts.d $NAME -c "dd if=$DEV of=/dev/null bs=64k skip=8 count=1 iflag=direct status=none" 2> $TMP/dd.err; grep -c "Input/output error" $TMP/dd.err' */
/* The end of the disk's file is in the middle of a request: its half is done, the driver hands the rest over again, which fails. That is one request. */
io:::start, io:::done
/args[1]->dev_statname == $$1 && args[0]->b_blkno >= 1024/
{
	printf("%s block %d, %d bytes, resid %d, error %d\n", probename, args[0]->b_blkno, args[0]->b_bcount,
	    args[0]->b_resid, args[0]->b_error);
}

io:::start
/args[1]->dev_statname == $$1/
{
	started++;
}

sdt:::block_rq_requeue
/started/
{
	again++;
}

END
{
	printf("%d, %s\n", started, again ? "handed over again" : "handed over once");
}
