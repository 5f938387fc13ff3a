/* A function that was chosen among several, none of which has a name: its entry and its return. */
/* @needs: gcc strip */
/* @run: gcc -O1 -fPIC -shared -Wl,-z,now -DLIBRARY -o $TMP/libtwice.so chosen-unnamed.c && strip $TMP/libtwice.so && gcc -o $TMP/twice chosen-unnamed.c -L$TMP -ltwice -Wl,-rpath,$TMP && $DTRACE -qs $TEST -x evaltime=main -c $TMP/twice */
pid$target:libtwice:twice:entry { printf("%d", arg0); }
pid$target:libtwice:twice:return { printf(" %d\n", arg1); }
