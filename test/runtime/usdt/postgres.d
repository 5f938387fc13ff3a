/* PostgreSQL has static probes; it starts when tracing runs already. */
/* @needs: /usr/lib/postgresql/15/bin/initdb runuser */
/* @timeout: 90 */
/* @run: B=/usr/lib/postgresql/15/bin; chmod 755 $TMP; mkdir $TMP/data; chown postgres $TMP/data; runuser -u postgres -- $B/initdb -D $TMP/data -A trust --no-sync > /dev/null; echo 'select 41 + 1;' > $TMP/q; echo 'select relname from pg_class limit 1;' >> $TMP/q; echo "exec $B/postgres --single -D $TMP/data postgres < $TMP/q > /dev/null 2>&1" > $TMP/run; $DTRACE -Zqs $TEST -c "runuser -u postgres -- sh -c 'sleep 0.3; sh $TMP/run'" */
postgresql*:::query-start /progenyof($target)/ { printf("%s", copyinstr(arg0)); self->begun = timestamp; }
postgresql*:::query-done /self->begun/ { printf("%s %s", probename, copyinstr(arg0)); self->begun = 0; }
postgresql*:::transaction-start /progenyof($target)/ { @[probename, probemod] = count(); }
postgresql*:::buffer-read-done /progenyof($target)/ { pages += arg5 <= 1; }
END { printf("%s\n", pages > 10 ? "pages" : "no pages"); }
