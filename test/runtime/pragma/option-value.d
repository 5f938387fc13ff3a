#pragma D option quiet
#pragma D option strsize=8
BEGIN { printf("%s\n", strjoin("12345", "67890")); exit(0); }
