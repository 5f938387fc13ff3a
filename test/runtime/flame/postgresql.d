/* A flame graph of Debian's PostgreSQL 15, filling a table and sorting it: names, not numbers. */
/* @needs: root /usr/lib/postgresql/15/bin/postgres */
/* @run: id postgres > /dev/null 2>&1 || { echo "no user postgres"; exit 77; }; cp servers.sh $TMP; cd $TMP; sh servers.sh postgresql */
