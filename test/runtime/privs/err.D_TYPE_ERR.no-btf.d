/* Where the kernel does not tell its types, what has one of them cannot be used. */
/* @run: unshare -m sh -c 'mount -t tmpfs none /sys/kernel/btf 2>&1 || exit 77; $DTRACE -xerrtags -qn "BEGIN { trace(curthread->pid); }"' */
