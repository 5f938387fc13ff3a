/* Programs compute with probes what they compute without, where instructions are ones that the kernel takes for others, too. */
/* @trigger: $PROGRAMS/vectors */
#pragma D option quiet
pid$target:a.out:spread:,
pid$target:a.out:inner:,
pid$target:a.out:kept:,
pid$target:a.out:stored:4
{
	@fired[probefunc, probename] = min(0);
}

pid$target:libc:strchr:entry,
pid$target:libc:strchrnul:entry,
pid$target:libc:strrchr:entry,
pid$target:libc:memchr:entry,
pid$target:libc:rawmemchr:entry,
pid$target:libc:memrchr:entry,
pid$target:libc:strlen:entry,
pid$target:libc:wcschr:entry
{
	@library[probefunc] = min(0);
}

END
{
	printa("%s %s\n", @fired);
	printa("%s\n", @library);
}
