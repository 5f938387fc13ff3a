/* A thread that waits for a condition lets its mutex go meanwhile, and has it again at the end. */
/* @run: $DTRACE -qs $TEST -c "$PROGRAMS/locks cond" | grep 'locks`' */
plockstat$target:::mutex-acquire, plockstat$target:::mutex-release /tid != $target/ { printf("%s ", probename); usym(arg0); printf("\n"); }
