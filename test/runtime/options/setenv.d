/* Options setenv and unsetenv change the environment of commands, one after the other, and nothing else's: PATH is still ours while the command is looked for. */
/* @run: show() { GH_GONE=here GH_KEPT=kept $DTRACE -qn BEGIN "$@" -c "sh -c 'echo \"set=\${GH_SET-none} gone=\${GH_GONE-none} kept=\${GH_KEPT-none}\"'"; }; show; show -x setenv=GH_SET=a=b -x unsetenv=GH_GONE; show -x unsetenv=GH_GONE -x setenv=GH_GONE=again -x setenv=GH_SET; show -x setenv=GH_KEPT=1 -x setenv=GH_KEPT=2 -x unsetenv=GH_NEVER; $DTRACE -qn BEGIN -x unsetenv=PATH -c "printenv PATH GH_SET" -x setenv=GH_SET=alone; $DTRACE -qn 'BEGIN { exit(0); }' -x unsetenv=A=1 2>&1; $DTRACE -qs $TEST 2>&1; true */
#pragma D option setenv=GH_SET=1
BEGIN { exit(0); }
