/* Probes of instructions lie where a disassembler sees instructions begin, and nowhere else: a large program's, too. */
/* @needs: objdump readelf */
/* @run: python3 boundaries.py $DTRACE $PROGRAMS/calls 60 60; python3 boundaries.py $DTRACE /usr/bin/python3 -c 'import time; time.sleep(60)' */
BEGIN { exit(0); }
