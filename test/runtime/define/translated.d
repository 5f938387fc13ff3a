/*
 * A server with probes of its own, traced by what its provider's support file makes of their arguments: the script names
 * nothing but args[]. The server builds the arguments only while somebody looks, and a probe costs it one nop.
 */
/* @needs: gcc */
/* @run: cp http_provider.in $TMP/http_provider.d; cp http-loop.c $TMP; L=$PWD/lib T=$PWD/$TEST; cd $TMP; $DTRACE -h -s http_provider.d && gcc -Wall -Werror -O2 -c http-loop.c && $DTRACE -G -s http_provider.d http-loop.o && gcc -o server http-loop.o http_provider.o && ./server 2>&1; $DTRACE -L $L -qs $T -c ./server 2>said; cat said; $DTRACE -L $L -lvn 'http$target:::request-done' -c ./server | sed -n '/Argument Types/,/^$/p; /Attributes/,/Class/p' | sed '/^$/d'; objdump -d --disassemble=done server | awk -F'\t' 'NF > 2 { split($3, w, " "); print w[1] }' */
http*:::request-done
{
	printf("%s %s %s->%s %d\n", args[1]->hri_uri, args[1]->hri_useragent, args[0]->ci_remote, args[0]->ci_local,
	    args[1]->hri_byteswritten);
	@[args[1]->hri_uri] = sum(args[1]->hri_byteswritten);
}

http*:::request-start
/args[1]->hri_uri == "/third"/
{
	printf("start of the third\n");
}
