#pragma D option quiet

BEGIN
{
	i = 0;
	printf("%d %d\n", curthread->comm[i] == curthread->comm[0], sizeof (curthread->comm));
	printf("%d\n", curthread->comm[15]);
	printf("%d\n", strlen(stringof(curthread->comm)) == strlen(execname));
	this->c = (char *)curthread->comm;
	printf("%d\n", this->c[0] == *this->c);
	printf("%c\n", this->c[0]);
	exit(0);
}
