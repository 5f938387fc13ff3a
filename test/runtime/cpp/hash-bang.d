#!/usr/sbin/dtrace -Cs
/* @opts: -C */
#pragma D option quiet
#define TEXT "first line skipped"
BEGIN { printf("%s\n", TEXT); exit(0); }
