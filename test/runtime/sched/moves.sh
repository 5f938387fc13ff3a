# Programs that are begun on a busy machine: the scheduler looks for another CPU when they are.
for i in 1 2 3; do
	python3 -I -c 'import time
end = time.time() + 1
while time.time() < end: pass' &
done
end=$(($(date +%s) + 1))
while [ "$(date +%s)" -lt "$end" ]; do
	for i in 1 2 3 4 5 6; do /bin/ls -l /usr/bin > /dev/null & done
	sleep 0.02
done
wait
