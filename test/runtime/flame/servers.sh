# Debian's nginx and PostgreSQL at work, each in a folder that goes, and the flame graph of what they did: "named" says
# that the functions looked for are there and no frame is a bare number.
named()
{
	python3 - "$1" "$2" <<'P'
import re
import sys
titles = [t.split(" (")[0] for t in re.findall(r"<title>([^<]*)", open(sys.argv[1]).read())]
wanted = [w for w in sys.argv[2].split() if not any(w in t for t in titles)]
numbers = [t for t in titles if re.match(r"0x|\[heap\]|\[stack\]", t)]
print("named" if not wanted and not numbers else f"no {wanted}, numbers {numbers[:5]}, of {titles}")
P
}
nginx()
{
	mkdir www
	seq 1 400000 > www/x.txt
	cat > nginx.conf <<C
daemon off; worker_processes 1; pid $PWD/pid; error_log $PWD/error;
events {}
http { access_log off; gzip on; gzip_types text/plain; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p;
fastcgi_temp_path $PWD/f; uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s; server { listen unix:$PWD/socket; root $PWD/www; } }
C
	chmod 755 . www
	/usr/sbin/nginx -p "$PWD" -c "$PWD/nginx.conf" 2> start &
	server=$!
	for i in $(seq 100); do [ -S socket ] && break; sleep 0.1; done
	"$DTRACE" --flame nginx.svg -qn 'profile-997 /execname == "nginx" && ppid == $1/ { @[ustack()] = count(); }' $server \
		-c "curl -s --compressed -o out --unix-socket $PWD/socket http://localhost/x.txt" > /dev/null
	kill $server
	wait $server
	named nginx.svg "nginx\`ngx_http_output_filter nginx\`ngx_process_events_and_timers nginx\`main deflate"
}
postgresql()
{
	bin=/usr/lib/postgresql/15/bin
	as() { runuser -u postgres -- "$@"; }
	chown postgres .
	chmod 755 .
	as $bin/initdb -A trust -D data -N > /dev/null
	as $bin/pg_ctl -D data -w -l log -o "-k $PWD -c listen_addresses= -F -c autovacuum=off" start > /dev/null
	"$DTRACE" --flame pg.svg -qn 'profile-997 /execname == "postgres"/ { @[ustack()] = count(); }' \
		-c "$bin/psql -h $PWD -U postgres -qAt -o out postgres -c 'create table t as select g, md5(g::text) m from generate_series(1,100000) g' -c 'select m from t order by m limit 10'" > /dev/null
	as $bin/pg_ctl -D data -w -m fast stop > /dev/null
	named pg.svg "postgres\`PostgresMain postgres\`PortalRun postgres\`standard_ExecutorRun postgres\`tuplesort_"
}
$1
