/* Every instruction of a function is a probe: as many as the disassembler sees. */
/* @needs: objdump */
/* @run: want=$(objdump -d --no-show-raw-insn --disassemble=fact $PROGRAMS/calls | grep -cE '^ +[0-9a-f]+:'); got=$($DTRACE -ln 'pid$target:a.out:fact:[0-9a-f]*' -c $PROGRAMS/calls | awk '$5 ~ /^[0-9a-f]+$/' | wc -l); test $want = $got && echo same || echo "$want $got"; $DTRACE -qs $TEST -c $PROGRAMS/calls */
pid$target:a.out:add:0 { @n["first"] = count(); @a["argument", arg1] = count(); }
pid$target:a.out:add:entry { @n["entry"] = count(); }
pid$target:a.out:add: { @all[probename == "entry" || probename == "return" ? "named" : "offset"] = count(); }
END
{
	printa("%s %@d\n", @n);
	printa("%s %d %@d\n", @a);
	printa("%s %@d\n", @all);
}
