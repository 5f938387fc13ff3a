/* Where it does not, that is what is said. */
/* @run: ! $DTRACE -lP cpc | grep -q PAPI_tot_cyc || { echo "there are hardware counters"; exit 77; }; $DTRACE -n cpc:::PAPI_tot_cyc-all-50000 2>&1 | grep hint */
