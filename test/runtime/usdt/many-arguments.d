/* All of a probe's 32 arguments. */
/* @needs: gcc */
/* @run: gcc -I$SRC/usdt -o $TMP/many many-arguments.c -L$PROGRAMS/../../usdt -lusdt -Wl,-rpath,$PROGRAMS/../../usdt && { $TMP/many > $TMP/ready & p=$!; for i in $(seq 200); do grep -q ready $TMP/ready && break; sleep 0.05; done; $DTRACE -qs $TEST -p $p; wait $p; echo status $?; } */
many$target:made:all:arguments
{
	printf("%s ", copyinstr((uintptr_t)args[0]));
	printf("%d ", args[1]);
	printf("%s ", copyinstr((uintptr_t)args[2]));
	printf("%d ", args[3]);
	printf("%s ", copyinstr((uintptr_t)args[4]));
	printf("%d ", args[5]);
	printf("%s ", copyinstr((uintptr_t)args[6]));
	printf("%d ", args[7]);
	printf("%s ", copyinstr((uintptr_t)args[8]));
	printf("%d ", args[9]);
	printf("%s ", copyinstr((uintptr_t)args[10]));
	printf("%d ", args[11]);
	printf("%s ", copyinstr((uintptr_t)args[12]));
	printf("%d ", args[13]);
	printf("%s ", copyinstr((uintptr_t)args[14]));
	printf("%d ", args[15]);
	printf("%s ", copyinstr((uintptr_t)args[16]));
	printf("%d ", args[17]);
	printf("%s ", copyinstr((uintptr_t)args[18]));
	printf("%d ", args[19]);
	printf("%s ", copyinstr((uintptr_t)args[20]));
	printf("%d ", args[21]);
	printf("%s ", copyinstr((uintptr_t)args[22]));
	printf("%d ", args[23]);
	printf("%s ", copyinstr((uintptr_t)args[24]));
	printf("%d ", args[25]);
	printf("%s ", copyinstr((uintptr_t)args[26]));
	printf("%d ", args[27]);
	printf("%s ", copyinstr((uintptr_t)args[28]));
	printf("%d ", args[29]);
	printf("%s ", copyinstr((uintptr_t)args[30]));
	printf("%d ", args[31]);
	exit(0);
}
