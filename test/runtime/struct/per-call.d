/* An associative array of structs, updated member by member under one key. */
/* @trigger: sh -c 'kill -0 $$; kill -0 $$; kill -0 $$' */
#pragma D option quiet

struct callinfo {
	uint64_t ts;
	uint64_t elapsed;
	uint64_t calls;
	size_t most;
};
struct callinfo i[string];

syscall::kill:entry
/pid == $target/
{
	i[probefunc].ts = timestamp;
	i[probefunc].calls++;
	i[probefunc].most = arg0 > i[probefunc].most ? arg0 : i[probefunc].most;
}

syscall::kill:return
/i[probefunc].ts != 0 && pid == $target/
{
	i[probefunc].elapsed += timestamp - i[probefunc].ts;
}

END
{
	printf("%5d  %d %d %d\n", i["kill"].calls, i["kill"].most == $target, i["kill"].elapsed > 0,
	    i["other"].calls);
}
