/* @run: for c in $(seq 0 $(($(nproc) - 1))); do taskset -c $c sh -c 'while :; do :; done' & busy="$busy $!"; done; $SRC/test/agree 5 '$DTRACE -qs timers.d -c "sh -c \"for i in 1 2 3 4 5; do sleep 0.03; done\""'; kill $busy */
/* @needs: task_kptr */
/* Every CPU is busy with something else: a timer interrupts that, and yet is the sleeper's. */
sdt:::hrtimer_expire_entry
/execname == "sleep" && ppid == $target/
{
	expired++;
}

END
{
	printf("%d timers\n", expired);
	printf("%s\n", expired == 5 ? "agree" : "");
}
