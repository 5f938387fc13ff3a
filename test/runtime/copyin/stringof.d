/* stringof() of arrays, pointers and kernel text */
/* @opts: -q */

BEGIN
{
	printf("%s\n", stringof(curthread->comm));
	printf("%s\n", (string)curthread->comm);
	printf("%s\n", stringof(&curthread->comm));
	printf("%s\n", stringof("lit"));
	printf("%s\n", stringof(probename));
	printf("%s\n", stringof((char *)&curthread->comm[1]));
	printf("%s\n", curthread->comm);
	printf("%s\n", strjoin(stringof(curthread->comm), "!"));
	printf("%s\n", strjoin(curthread->comm, "!"));
	exit(0);
}
