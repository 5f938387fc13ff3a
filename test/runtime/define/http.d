/*
 * A provider definition: the header compiles as C and C++, with and without optimisation, the object links, and the notes
 * that other tools read are right. The structures that its arguments point to are not known here.
 */
/* @run: cp $TEST $TMP/http.d; cp http-server.c $TMP; cd $TMP; $DTRACE -h -s http.d && gcc -Wall -Wextra -Werror -O2 -c http-server.c && $DTRACE -G -s http.d http-server.o && gcc -o server http-server.o http.o && ./server && readelf -n server | grep -E 'Provider|Name|Arguments' | sed 's/%r[a-z0-9]\{2,3\}/REGISTER/' && readelf -p .note.glasshouse.usdt server | sed -nE 's/^ *(\[[ 0-9a-f]*\])? *([a-z]+ .*)\\n$/\2/p'; for cc in 'gcc -O0' 'gcc -O3 -fPIC -shared' 'g++ -O0 -x c++' 'g++ -O2 -x c++'; do $cc -Wall -Werror -c -o s2.o http-server.c && gcc -shared -o s2.so s2.o http.o 2>/dev/null || gcc -o s2.so s2.o http.o; readelf -n s2.so | grep -c 'Provider: http'; done */
#pragma D depends_on library net.d

provider http {
	probe request__start(httpproto_t *p) : (conninfo_t *p, http_reqinfo_t *p);
	probe request__done(httpproto_t *p, int status) : (conninfo_t *p, http_reqinfo_t *p, int status);
	probe numbers(int, char, unsigned short c, uint64_t d, const char *name, enum color e, long long g);
	probe idle();
};

#pragma D attributes Evolving/Evolving/ISA provider http provider
#pragma D attributes Private/Private/Unknown provider http module
#pragma D attributes Evolving/Evolving/ISA provider http args
