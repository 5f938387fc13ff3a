/* @filter: s/^ +[0-9]+( +1 )/CPU \1/;/^ .*`/{/entry_SYSCALL/!d};s,\+0x.*,, */
BEGIN
{
	stack();
	exit(0);
}
