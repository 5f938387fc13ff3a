# The commands of builds.d, in a folder with a copy of it: shop.dtrace
try()
{
	echo "$@"
	$DTRACE "$@" || echo failed
}
try -DSTAP_SDT_V2 -h -s shop.dtrace
cp shop.h builds.h
gcc -Wall -Wextra -Werror -O2 -c builds.c && cp builds.o more.o
try -xnolibs -G -s shop.dtrace builds.o more.o -o a.o
try -o b.o -fPIC -64 -G -xlazyload -s shop.dtrace more.o
try -k --types --no-pyparsing -G -fpic -32 -o b.o -s shop.dtrace more.o
try -k -n BEGIN 2>&1 | head -2
try -G -s shop.dtrace builds.o
cmp a.o b.o && cmp b.o shop.o && gcc -o shop builds.o shop.o && ./shop
readelf -n shop | grep -E '^ *(Provider|Name|Arguments)' | sed 's/@[^ ]*//g'
# The preprocessor knows no such comments.
sed '/^	#/d; s/int no/ORDER no/; s/^provider/#define ORDER int\nprovider/' shop.dtrace > typed.d.base
try -G -s typed.d.base 2> errors
grep -c 'hint: -C runs' errors
try -C -I. -G -s typed.d.base && cmp typed.d.o a.o
