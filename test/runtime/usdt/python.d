/* Debian's python3.11 has static probes: what its garbage collector and its imports tell. */
/* @needs: /usr/bin/python3.11 */
/* @trigger: /usr/bin/python3.11 -S -c "import gc; gc.disable(); gc.collect(1); import colorsys" */
#pragma D option quiet
python$target:::gc-start { @[probename, args[0] < 3 ? "generation" : "?"] = count(); self->gc = 1; }
python$target:::gc-done /self->gc/ { @[probename, args[0] >= 0 ? "objects" : "?"] = count(); self->gc = 0; }
python$target:::import-find-load-start /copyinstr(arg0) == "colorsys"/ { printf("import %s\n", copyinstr(arg0)); }
python$target:::import-find-load-done /copyinstr(arg0) == "colorsys"/ { printf("found %d\n", args[1]); exit(0); }
