/* @run: $SRC/test/with-loop 4m '$DTRACE -qs wait.d $NAME -c "dd if=$DEV of=/dev/null bs=64k iflag=direct status=none"' */
/* A thread that reads a disk waits for its own requests; each wait that begins ends. */
io:::wait-start
/args[1]->dev_statname == $$1/
{
	self->wait = timestamp;
	began++;
	@[probename, execname, pid == $target, args[0]->b_bcount, args[0]->b_flags & B_READ ? "read" : "write", args[2]->fi_name] = count();
}

io:::wait-done
/self->wait && args[1]->dev_statname == $$1/
{
	ended++;
	@[probename, execname, pid == $target, args[0]->b_bcount, args[0]->b_flags & B_READ ? "read" : "write", args[2]->fi_name] = count();
	self->wait = 0;
}

END
{
	printf("%s %s\n", began > 32 ? "waits" : "few waits", ended > 32 && began - ended < 3 ? "that end" : "that do not end");
	printa("%s %s %d %d %s %s\n", @);
}
