/* Words and quotes of a command are as in a shell, but no shell runs it. */
/* @run: $DTRACE -qn 'END { printf("end\n"); }' -c 'printf "[%s]\n" one "two words" three\ too $HOME' */
