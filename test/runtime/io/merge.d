/* @run: $SRC/test/agree 6 '$SRC/test/with-loop 32m "sh ./merge.sh"' */
/* @needs: task_kptr setpriv */
/* @timeout: 90 */
/* Pages written one by one and merged into large requests: each starts once, with its final size, for the writer, and ends once; as many, of as
 * many sectors, as /proc/diskstats counts. With and without a scheduler in between. */
io:::start
/args[1]->dev_statname == $$1/
{
	started++;
	begun += args[0]->b_bcount / 512;
	size[args[0]->b_addr] = args[0]->b_bcount;
	others += uid != 65534;
}

io:::done
/args[1]->dev_statname == $$1/
{
	started--;
	ended++;
	done += args[0]->b_bcount / 512;
	differ += size[args[0]->b_addr] != args[0]->b_bcount;
	others += uid != 65534;
}

END
{
	printf("%d %d %d %d %d %d\n", started, ended, begun, done, differ, others);
}
