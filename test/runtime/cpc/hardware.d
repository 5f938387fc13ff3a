/* Where the processor counts for the kernel, a busy CPU overflows its counter of cycles. */
/* @run: $DTRACE -lP cpc | grep -q PAPI_tot_cyc || { echo "no hardware counters"; exit 77; }; $DTRACE -qs $TEST -c 'perl -e 1while(times)[0]<.3' */
cpc:::PAPI_tot_cyc-user-1000000,
cpc:::cycles-user-1000000
/pid == $target/
{
	@n[probename] = count();
}

END
{
	printa("%s\n", @n);
}
