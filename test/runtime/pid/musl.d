/* A program that another C library runs. */
/* @needs: musl-gcc */
/* @run: musl-gcc -O1 -fno-inline -o $TMP/musl $SRC/test/programs/calls.c && $DTRACE -qn 'pid$target:a.out:add:entry { @[probefunc] = count(); } pid$target:libc*:printf:entry, pid$target:ld-musl*:printf:entry { @[probefunc] = count(); }' -Z -c "$TMP/musl 2"; musl-gcc -static -O1 -fno-inline -o $TMP/musl $SRC/test/programs/calls.c && $DTRACE -qn 'pid$target:a.out:add:entry, pid$target:a.out:printf:return { @[probefunc] = count(); }' -c "$TMP/musl 2" */
BEGIN { exit(0); }
