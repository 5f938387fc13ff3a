/* With -e what is there is printed, and it ends; one that takes it over and is killed ends it, too; SIGTERM ends it with nobody there. */
/* @needs: root */
/* @run: $DTRACE -A -o $TMP/saved -qn 'BEGIN { printf("begin\n"); } END { printf("end\n"); }' 2>/dev/null; hold() { $DTRACE -xanon=$TMP/at --anonymous=$TMP/saved 2>$TMP/said & p=$!; until [ -e $TMP/at ]; do sleep 0.02; done; }; hold; $DTRACE -xanon=$TMP/at --anonymous=$TMP/saved 2>&1 | grep held; $DTRACE -xanon=$TMP/at -aqn BEGIN 2>&1; $DTRACE -xanon=$TMP/at -ae; wait $p; hold; $DTRACE -xanon=$TMP/at -a > $TMP/out & q=$!; until grep -q begin $TMP/out; do sleep 0.02; done; kill -9 $q; wait $p; hold; kill $p; wait $p; echo status $?; ls $TMP */
BEGIN { exit(0); }
