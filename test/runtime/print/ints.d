/* @opts: -q */
BEGIN { print(1); print(-1); print((char)65); print((short)300); print(10LL); print((unsigned char)200); exit(0); }
