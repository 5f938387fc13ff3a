"""Names with several values, beside programs that count what they do."""
import unittest

from watching import Watching

# Each calls getppid() as often as it is told, under a name of its own.
CALLER = """
import os, sys
open("/proc/self/comm", "w").write(sys.argv[1])
for i in range(int(sys.argv[2])): os.getppid()
open(sys.argv[3], "x").close()
for i in range(int(sys.argv[2])):
    try: open("/nonexistent/" + sys.argv[1])
    except OSError: pass
"""
DID = {"known-one": 100, "known-two": 250, "known-three": 640}


class Names(Watching):
    def test_several_values(self):
        script = self.folder / "caller.py"
        script.write_text(CALLER)
        command = "; ".join(f"/usr/bin/python3 {script} {name} {n} {self.folder}/{name}" for name, n in DID.items())
        two, many = "known-two=known-one", "=".join([f"absent-{i:02}" for i in range(31)] + ["known-three"])
        names = {"sum": f"syscall.ops[execname={two}][syscall=getppid]", "keyed": f"syscall.ops[execname={two}][syscall=getppid][execname]",
                 "calls": f"syscall.ops[execname={two}][syscall=getppid=creat][syscall]", "many": f"syscall.ops[execname={many}][syscall=getppid][execname]",
                 "without": f"syscall.ops[execname={two}][execname!=known-one][syscall=getppid][execname]",
                 "numbers": f"syscall.errors[execname={two}][errno=2=13=38][syscall=openat][errno]", "latency": f"syscall.ops[execname={two}][syscall=getppid=openat][latency]",
                 "nobody": "syscall.ops[execname=absent-1=absent-2]", "of /proc": "cpu.utilization[mode=user=system][mode]"}
        told = self.watch(command, *names.values())
        # What comes back goes by the name as it was asked for.
        series = {k: self.active(told[n]) for k, n in names.items()}
        one, both = DID["known-one"], DID["known-one"] + DID["known-two"]
        self.assertEqual(series["sum"], {"": both})
        self.assertEqual(series["keyed"], {k: DID[k] for k in ("known-one", "known-two")})
        self.assertEqual(series["calls"], {"getppid": both})
        self.assertEqual(series["many"], {"known-three": DID["known-three"]})
        self.assertEqual(series["without"], {"known-two": both - one})
        self.assertEqual(series["numbers"], {"2": both})
        self.assertGreaterEqual(sum(n for _, n in told[names["latency"]]["buckets"]), both)
        self.assertEqual(series["nobody"], {"": 0})
        self.assertLessEqual(set(series["of /proc"]), {"user", "system"})


if __name__ == "__main__":
    unittest.main()
