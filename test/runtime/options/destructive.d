/* @opts: -q */
#pragma D option destructive
BEGIN { system("echo allowed"); exit(0); }
