/* -lv tells what the manual has and this kernel has not; -l of such a probe says why. */
/* @run: $DTRACE -lvP sched | sed -n '/cpucaps-sleep/,/schedctl-nopreempt/p'; $DTRACE -ln sched:::cpucaps-sleep -n io:::star -n syscall::opn:entry 2>&1; $DTRACE -lvn lockstat:::rw-up* 2>&1; $DTRACE -lP sched | grep -c cpucaps; $DTRACE -lvm other -P sched 2>/dev/null | grep -c cpucaps */
