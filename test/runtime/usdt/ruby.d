/* The probes of Debian's Ruby: names translated, texts, numbers on the stack; methods of C, requires, exceptions, objects.
 * method-entry of this version fires only where a TracePoint has asked for calls. */
/* @needs: /usr/bin/ruby3.1 */
/* @run: $DTRACE -qs $TEST -c "/usr/bin/ruby3.1 --disable-gems shop.rb" | sort */
ruby$target:::method-entry
/copyinstr(arg0) == "Shop"/
{
	printf("entry %s#%s %s:%d\n", copyinstr(arg0), copyinstr(arg1), basename(copyinstr(arg2)), arg3);
}

ruby$target:::cmethod-return
/copyinstr(arg1) == "chop!"/
{
	printf("%s %s#%s\n", probename, copyinstr(arg0), copyinstr(arg1));
}

ruby$target:::object-create
/copyinstr(arg0) == "Shop"/
{
	printf("object of %s %s:%d\n", copyinstr(arg0), basename(copyinstr(arg1)), arg2);
}

ruby$target:::raise
{
	printf("raise %s %s:%d\n", copyinstr(arg0), basename(copyinstr(arg1)), arg2);
}

ruby$target:::require-entry
/basename(copyinstr(arg1)) == "shop.rb"/
{
	printf("require %s %d\n", copyinstr(arg0), arg2);
}

ruby$target:::hash-create
/basename(copyinstr(arg1)) == "shop.rb"/
{
	printf("hash of %d, line %d\n", arg0, arg2);
}

ruby$target:::gc-mark-begin
{
	@gc = count();
}

END
{
	printa("collected: %@d\n", @gc);
}
