/* @opts: -q */
BEGIN { print((int *)0); print((char *)0x1234); print((void *)0xffff); exit(0); }
