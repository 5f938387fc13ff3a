/* Definitions, header and object in the way of PostgreSQL's makefiles; gdb and bpftrace, where they are there, see the same probes. */
/* @needs: gcc */
/* @run: sh like-postgresql.sh */
/* @timeout: 60 */
shop$target:::query-start, shop$target:::query-done { printf("%s %s\n", probename, copyinstr(arg0)); }
shop$target:::lwlock-acquire { printf("%s %s %d\n", probename, copyinstr(arg0), args[1]); }
shop$target:::buffer-read-start { printf("%s %d %d\n", probename, args[0], args[1]); }
shop$target:::checkpoint-done { printf("%s %d %d\n", probename, args[0], args[4]); }
