/* The probes of Debian's PHP: calls with their places, files compiled, exceptions. */
/* @needs: /usr/bin/php8.2 */
/* @run: USE_ZEND_DTRACE=1 $DTRACE -qs $TEST -c "/usr/bin/php8.2 -n -d display_errors=0 -d log_errors=0 shop.php" */
php$target:::function-entry
{
	printf("entry %s%s%s %s:%d\n", copyinstr(arg3), copyinstr(arg4), copyinstr(arg0), basename(copyinstr(arg1)), arg2);
}

php$target:::function-return
/copyinstr(arg0) == "sell"/
{
	printf("return %s\n", copyinstr(arg0));
}

php$target:::compile-file-entry
{
	printf("compile %s\n", basename(copyinstr(arg0)));
}

php$target:::exception-thrown
{
	printf("thrown %s\n", copyinstr(arg0));
}

php$target:::exception-caught
{
	printf("caught\n"); /* this version does not hand over the name, but what stands before it */
}
