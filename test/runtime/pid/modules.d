/* Modules by name, by the name without its version, and by pattern; functions by pattern. */
/* @trigger: $PROGRAMS/calls 2 */
/* @filter: s/libc-[0-9.]+so/libc.so.6/ */
#pragma D option quiet

pid$target:libc.so.6:printf:entry { @[probemod, "file"] = count(); }
pid$target:libc:printf:entry { @[probemod, "short"] = count(); }
pid$target:libc.so:printf:entry { @[probemod, "library"] = count(); }
pid$target:libc*:printf:entry { @[probemod, "pattern"] = count(); }
pid$target::printf:entry { @[probemod, "any"] = count(); }
pid$target:c*:[ac]*[dse]:entry { @[probemod, probefunc] = count(); }
END { printa("%s %s %@d\n", @); }
