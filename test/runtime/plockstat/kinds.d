/* Recursive mutexes, and errors: which lock, and what is said of it. */
/* @run: $DTRACE -qs $TEST -c "$PROGRAMS/locks kinds" | grep -Ev "ld-linux|^(deadlock|not mine|busy|timed out) " */
plockstat$target:::mutex-acquire, plockstat$target:::mutex-release, plockstat$target:::mutex-error
{
	printf("%-13s %d ", probename, arg1);
	printf("%s", probename == "mutex-error" ? "error " : arg1 ? "recursive " : "");
	usym(arg0);
	printf("\n");
}
