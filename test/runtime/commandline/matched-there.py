"""Makes what is to be seen as soon as dtrace says that a description matched."""
import os
import subprocess

mine = os.environ["TMP"] + "/made"
program = (f'syscall::mkdir:entry /copyinstr(arg0) == "{mine}"/ {{ printf("seen"); exit(0); }} '
           'tick-10s { printf("missed"); exit(0); }')
for _ in range(5):
    with subprocess.Popen([os.environ["DTRACE"], "-xnolibs", "-n", program], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as p:
        said = p.stderr.readline()
        os.mkdir(mine)
        os.rmdir(mine)
        out, _ = p.communicate(timeout=25)
    print("matched" in said, out.split()[-1])
