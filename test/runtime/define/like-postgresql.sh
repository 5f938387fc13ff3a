# How PostgreSQL's makefiles use dtrace: -C -h, names changed in the header by sed, objects in folders of their own, linked
# relocatable, and -C -G over all of them.
set -e
cp like-postgresql.in "$TMP/probes.d"
test=$PWD/$TEST
cp like-postgresql-*.c "$TMP"
cd "$TMP"
mkdir storage
"$DTRACE" -C -h -s probes.d -o probes.h.tmp
sed -e 's/SHOP_/TRACE_SHOP_/g' probes.h.tmp >probes.h
gcc -O2 -Wall -Wextra -Werror -c like-postgresql-main.c -o main.o
gcc -O2 -Wall -Wextra -Werror -I. -c like-postgresql-storage.c -o storage/storage.o
"$DTRACE" -C -G -s probes.d -o probes.o main.o storage/storage.o
gcc -o shop main.o storage/storage.o probes.o
./shop
"$DTRACE" -qs "$test" -c ./shop
# Others read the notes, too.
others() {
	command -v "$1" >/dev/null || return 0
	n=$(eval "$2" | grep -oE '(lwlock|query|transaction|buffer|checkpoint)__[a-z_]+' | LC_ALL=C sort -u | wc -l)
	[ "$n" -eq 7 ] || echo "$1 sees $n probes of 7"
}
others gdb "gdb -batch -nx -ex 'info probes stap shop' shop 2>/dev/null"
others bpftrace "bpftrace -l 'usdt:./shop:*' 2>/dev/null"
others readelf "readelf -n shop"
