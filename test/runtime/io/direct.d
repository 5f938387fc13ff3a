/* @run: $SRC/test/with-loop 32m 'sh ./direct.sh' | sed "s|$TMP|TMP|g" */
/* @needs: mkfs.ext4 */
/* Files that are read and written past the page cache are known by their names too; also where the data lies in another file, that is mapped. */
io:::start, io:::done
/args[1]->dev_statname == $$1 && args[2]->fi_name == $$2/
{
	@[probename, args[2]->fi_pathname, args[2]->fi_dirname, args[2]->fi_fs, args[2]->fi_mount, args[0]->b_flags & B_WRITE ? "write" : "read",
	    args[0]->b_flags & B_PHYS ? "own pages" : "cache", args[2]->fi_offset] = sum(args[0]->b_bcount);
}

io:::wait-done
/args[1]->dev_statname == $$1 && pid == $target && args[2]->fi_name == $$2/
{
	waits++;
}

END
{
	printf("%s\n", waits ? "waits" : "does not wait");
	printa("%s %s %s %s %s %s %s %d %@d\n", @);
}
