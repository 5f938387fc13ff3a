/* @run: for a in 'system("true")' 'raise(9)' 'stop()' 'chill(5)' 'freopen("/dev/null")'; do $DTRACE -qn "BEGIN { $a; exit(0); }" 2>&1; done; true */
