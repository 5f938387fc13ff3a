/* Operations of files by the names that illumos has for the functions they lie in. */
/* @opts: -q */
/* @trigger: sh -c 'mkdir $TMP/functions && rmdir $TMP/functions' */
fsinfo:::mkdir,
fsinfo:::rmdir
/progenyof($target)/
{
	@[probefunc] = count();
}

END
{
	printa("%s %@d\n", @);
}
