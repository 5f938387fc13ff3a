# A module with the tracepoint our_event, for what runs in this mount namespace.
mount -t tmpfs none "$2" 2>/dev/null || { echo "cannot mount"; exit 77; }
mkdir "$2/btf" && cp /sys/kernel/btf/vmlinux "$2/btf/" && python3 "$1/test/btf_module.py" "$2/btf/our_module" || exit
mount --bind "$2/btf" /sys/kernel/btf || exit 77

$DTRACE -lv -n sdt:::our_event | sed 's/^ *[0-9]* //' | grep -E 'our_|count'
$DTRACE -l -m our_module | grep -c our_event
$DTRACE -l -n 'our_*' | grep -c our_event
$DTRACE -l -m vmlinux | grep -c our_event
$DTRACE -e -n 'sdt:our_module::our_event { trace(args[0]->weight + args[1]); }' && echo compiled
$DTRACE -qn 'BEGIN { printf("%d\n", sizeof (struct our_module`our_thing)); exit(0); }'
$DTRACE -qn 'sdt:our_module::our_event' 2>&1 | grep -v matched
