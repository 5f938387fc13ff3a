/* Probes are those of the process: its child's calls fire none. */
/* @trigger: $PROGRAMS/calls fork */
#pragma D option quiet
pid$target:a.out:add:entry { printf("%d %s\n", (int)arg0, pid == $target ? "parent" : "child"); }
proc:::start /ppid == $target/ { child++; }
END { printf("%d child\n", child); }
