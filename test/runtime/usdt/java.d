/* OpenJDK: probes of garbage collection in pairs, within the method of the program that asks for it. */
/* @run: sh java.sh */
/* @timeout: 60 */
hotspot$target:::method-entry
/copyinstr(arg1, arg2) == "Steps" && copyinstr(arg3, arg4) == "step"/
{
	printf("%s.%s%s\n", copyinstr(arg1, arg2), copyinstr(arg3, arg4), copyinstr(arg5, arg6));
	asked = 1;
}

hotspot$target:::gc-begin
/asked/
{
	printf("begin\n");
	begun = 1;
}

hotspot$target:::gc-end
/begun/
{
	printf("end\n");
	ended = 1;
}

hotspot$target:::method-return
/ended && copyinstr(arg1, arg2) == "Steps" && copyinstr(arg3, arg4) == "step"/
{
	printf("return\n");
	exit(0);
}
