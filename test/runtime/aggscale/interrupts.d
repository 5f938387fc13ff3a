/* A timer that interrupts the others in the middle of an update of the same entry. */
/* @needs: dd, taskset */
/* @timeout: 60 */
/* @run: $DTRACE -s $TEST -c "sh -c 'for c in 0 1; do taskset -c \$c dd if=/dev/zero of=/dev/null bs=1 count=200000 status=none & done; wait'" | awk 'NF == 5 { print $1, ($2 == $3 + 1000000 * $4), ($3 >= 800000), ($4 > 100) }' */
#pragma D option quiet

syscall::read:entry,
syscall::write:return
/execname == "dd" && ppid == $target/
{
	@plain = sum(1);
	@keyed["k"] = sum(1);
	@many[1, 2, 3, "long", "key", 4, 5, 6, 7, 8] = sum(1);
	@avg["k"] = avg(1);
	@calls = count();
	@callskeyed["k"] = count();
	@callsmany[1, 2, 3, "long", "key", 4, 5, 6, 7, 8] = count();
}

profile-4999
{
	@plain = sum(1000000);
	@keyed["k"] = sum(1000000);
	@many[1, 2, 3, "long", "key", 4, 5, 6, 7, 8] = sum(1000000);
	@ticks = count();
	@tickskeyed["k"] = count();
	@ticksmany[1, 2, 3, "long", "key", 4, 5, 6, 7, 8] = count();
}

END
{
	printa("plain %@d %@d %@d -\n", @plain, @calls, @ticks);
	printa("%s %@d %@d %@d -\n", @keyed, @callskeyed, @tickskeyed);
	printa("%d%d%d%s%s%d%d%d%d%d %@d %@d %@d -\n", @many, @callsmany, @ticksmany);
	trunc(@avg);
}
