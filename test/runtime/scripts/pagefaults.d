/* @run: $DTRACE -s $SRC/share/scripts/pagefaults.d -c "python3 -c 'import ctypes, os; ctypes.CDLL(None).prctl(41, 1, 0, 0, 0); os.execlp(\"dd\", \"dd\", \"if=/dev/zero\", \"of=/dev/null\", \"bs=4M\", \"count=1\", \"status=none\")'" | awk '/PROGRAM/ || $1 == "dd" && NF == 5 {print $1 == "dd" ? "dd " ($2 > 1000) ($3 > 0) ($4 > 1000) : $0}' */
/* A buffer of 4 MiB is a thousand pages of zeroes, each faulted for by itself or by the kernel that fills it; huge
 * pages are switched off for it (PR_SET_THP_DISABLE). */
