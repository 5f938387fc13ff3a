# Work of all kinds: processes, threads, signals, files, disks, memory.
trap : USR1
for i in 1 2 3; do
	dd if=/dev/zero of=$TMP/file bs=64k count=40 conv=fsync status=none
	/usr/bin/python3 -I -c 'import threading
threads = [threading.Thread(target=lambda: sum(range(100000))) for _ in range(3)]
[t.start() for t in threads]
[t.join() for t in threads]'
	ls /usr/bin > /dev/null
	kill -USR1 $$
	sleep 0.1
done
