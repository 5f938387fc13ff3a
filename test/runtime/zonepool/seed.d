/* The zone of 2011: its commands as they were written, and what it sees of the machine. */
/* @needs: others */
/* @timeout: 60 */
/* @run: test -c /dev/fuse || modprobe fuse 2>/dev/null; test -c /dev/fuse || { echo "no /dev/fuse"; exit 77; }; test $(nproc) -ge 2 || { echo "one CPU only"; exit 77; }; $SRC/test/in-netns 'sh seed.sh' */
