/* A zone sees its own limits of memory and CPUs, by programs and in /proc, now and when they change; it cannot change what it sees. */
/* @needs: python3 others */
/* @run: test -c /dev/fuse || modprobe fuse 2>/dev/null; test -c /dev/fuse || { echo "no /dev/fuse"; exit 77; }; sh views.sh */
