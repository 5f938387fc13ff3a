/* @run: $SRC/test/with-loop 32m "$SRC/test/agree 6 'sh ./pagein.sh'" */
/* @needs: mkfs.ext4 */
/* A file that is read comes into memory page by page, once; read past the page cache it does not. Disks count the same. What the program reads of its own is not looked at. */
syscall::read:entry
/progenyof($target) && execname == "dd" && fds[arg0].fi_name == "file"/
{
	self->reads = 1;
}

syscall::read:return
/self->reads/
{
	self->reads = 0;
}

vminfo:::fspgin
/self->reads/
{
	pages += arg0;
}

vminfo:::pgpgin
/self->reads/
{
	all += arg0;
}

vminfo:::pgin
/self->reads/
{
	times += arg0;
}

io:::done
/args[1]->dev_statname == $$1 && args[2]->fi_name == "file" && args[0]->b_flags & B_READ/
{
	disk += args[0]->b_bcount / 4096;
}

END
{
	printf("%d %d, %s, disk %d\n", pages, all, times > 0 && times < 256 ? "some at a time" : times ? "one by one" : "never", disk);
}
