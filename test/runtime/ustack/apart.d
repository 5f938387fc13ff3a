/* Symbols in a file of their own are found for processes that have gone as well. */
/* @needs: gcc objcopy */
/* @run: cp apart.[cd] $TMP; cd $TMP; gcc -g -O2 -fno-inline -fno-optimize-sibling-calls -fno-ipa-cp -fno-ipa-sra -o apart apart.c && objcopy --only-keep-debug apart apart.debug && strip apart && objcopy --add-gnu-debuglink=apart.debug apart && $DTRACE -qs apart.d -c ./apart | sed -E 's/^ +//; s,\+0x.*,,' | head -5 */
syscall::getppid:entry
/pid == $target/
{
	@[ustack()] = count();
}
