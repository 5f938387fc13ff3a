/* @run: n=$(nproc --all); "$DTRACE" -qn 'BEGIN { ok = cpu >= 0 && cpu == curcpu->cpu_id; exit(0); } END { printf("%d %d\n", ok, cpu < '$n'); }' */
