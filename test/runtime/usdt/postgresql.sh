# PostgreSQL 15 of Debian: a server of its own, in a folder that goes.
bin=/usr/lib/postgresql/15/bin
[ -x $bin/postgres ] || { echo "PostgreSQL 15 is not installed"; exit 77; }
[ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1 || { echo "needs root, and the user postgres"; exit 77; }
place=$(mktemp -d /tmp/glasshouse-pg-XXXXXX)
chown postgres "$place"
as() { runuser -u postgres -- "$@"; }
cp postgresql.sql "$place"
chmod 755 "$place"
cd "$place"
as $bin/initdb -A trust -D "$place/data" -N >/dev/null
as $bin/pg_ctl -D "$place/data" -w -l "$place/log" -o "-k $place -c listen_addresses= -F -c autovacuum=off" start >/dev/null
"$DTRACE" -qs "$TEST" -c "$bin/psql -h $place -U postgres -qAt -o /dev/null -f postgresql.sql postgres"
as $bin/pg_ctl -D "$place/data" -w -m fast stop >/dev/null
rm -rf "$place"
