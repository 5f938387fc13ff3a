/* %p takes an array, which stands for the address of its first element. */
/* @run: $DTRACE -qn 'int a[4]; BEGIN { printf("%p %p\n", a, &a[0]); exit(0); }' | awk 'NF { print $1 == $2 && length($1) == 16 }' */
