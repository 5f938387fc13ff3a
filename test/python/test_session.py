"""glasshouse.Session: records, aggregations, errors, Ctrl-C, asyncio."""
import asyncio
import ctypes
import os
import subprocess
import sys
import threading
import types
import unittest
import unittest.mock
import warnings

import support
from support import Busy, needs_root

import glasshouse
from glasshouse import _library


class Structures(unittest.TestCase):
    def test_they_are_those_of_the_header(self):
        """Sizes and offsets, as the C compiler has them."""
        text = subprocess.run([str(support.BUILD / "test/compat/layout")], capture_output=True, text=True,
                              check=True).stdout
        seen = set()
        for line in text.splitlines():
            name, member, number = line.split()
            struct = _library.STRUCTS[name]
            mine = ctypes.sizeof(struct) if member == "sizeof" else getattr(struct, member).offset
            self.assertEqual(mine, int(number), f"{name}.{member}")
            seen.add((name, member))
        ours = {(n, f[0]) for n, s in _library.STRUCTS.items() for f in s._fields_ if n != "session_program_info"}
        self.assertLessEqual(ours, seen)


@needs_root
class Records(unittest.TestCase):
    def test_values_have_types(self):
        with glasshouse.Session('BEGIN { trace("text"); trace(-3); trace((unsigned char)200); trace(1LL << 40); '
                                'printf("%d %s", 5, "six"); exit(3); }', options={"quiet": True}) as s:
            record, = s.run()
            self.assertEqual(record.values, ("text", -3, 200, 1 << 40, 5, "six"))
            self.assertEqual(record.text, f"text-3200{1 << 40}5 six")
            self.assertEqual(str(record.probe), "dtrace:::BEGIN")
            self.assertEqual((record.probe.id, s.exit_status, s.done), (1, 3, True))

    def test_stacks_and_symbols(self):
        record, = glasshouse.run("BEGIN { stack(2); sym((uintptr_t)&`vfs_read); exit(0); }").records
        stack, symbol = record.values
        self.assertIsInstance(stack, glasshouse.Stack)
        self.assertEqual(len(stack), 2)
        self.assertTrue(all(f.startswith("vmlinux`") for f in stack), stack)
        self.assertEqual(symbol, "vmlinux`vfs_read")
        self.assertEqual(str(stack), "\n".join(stack))

    def test_structures_are_bytes(self):
        record, = glasshouse.run("struct s { char c; short n; }; struct s v; "
                                 "BEGIN { v.c = 1; v.n = 0x203; trace(v); exit(0); }").records
        self.assertEqual(record.values, (b"\1\0\3\2",))

    def test_in_order_and_complete(self):
        values = [r.values[0] for r in glasshouse.records(
            "int n; tick-1ms /n < 500/ { trace(n++); } tick-1ms /n == 500/ { exit(0); }") if r.values]
        self.assertEqual(values, list(range(500)))

    def test_macro_arguments_and_options(self):
        with glasshouse.Session('BEGIN { trace($1 + 1); trace($$2); exit(0); }', args=(41, "word"),
                                options={"bufsize": "64k", "strsize": 16}) as s:
            self.assertEqual(s.getopt("bufsize"), 65536)
            self.assertIsNone(s.getopt("aggsortkeypos") or None)
            self.assertEqual(s.run()[0].values, (42, "word"))

    def test_command_is_target(self):
        with glasshouse.Session('syscall::exit_group:entry /pid == $target/ { trace((int)arg0); }',
                                command="sh -c 'exit 7'") as s:
            self.assertEqual([r.values for r in s.run()], [(7,)])

    def test_time_is_limited(self):
        with Busy(), glasshouse.Session("tick-10ms { @ = count(); } END { trace(1); }") as s:
            records = s.run(seconds=0.5)
            self.assertEqual([str(r.probe) for r in records], ["dtrace:::END"])
            self.assertGreater(s.aggregation().value, 0)

    def test_what_a_callback_raises_comes_out(self):
        def fail(record):
            raise KeyError("mine")
        with glasshouse.Session("tick-1ms { trace(1); }") as s, self.assertRaises(KeyError):
            s.run(on_record=fail)

    def test_sessions_in_threads(self):
        def one(n):
            got[n] = [r.values[0] for r in glasshouse.records(
                "int n; tick-1ms /n < 5/ { n++; trace($1); } tick-1ms /n == 5/ { exit(0); }", args=(n,)) if r.values]
        got = {}
        threads = [threading.Thread(target=one, args=(n,)) for n in range(3)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(got, {n: [n] * 5 for n in range(3)})


@needs_root
class Aggregations(unittest.TestCase):
    PROGRAM = ('BEGIN { @n["a", 1] = count(); @n["a", 1] = count(); @n["b", -2] = count(); @s["x"] = sum(-5); @ = max(7); '
               '@avg = avg(1); @avg = avg(2); @dev = stddev(2); @dev = stddev(4); @q = quantize(0); @q = quantize(100); '
               '@l = lquantize(7, 0, 10, 5); @none["k"] = count(); clear(@none); exit(0); }')

    def setUp(self):
        self.found = glasshouse.run(self.PROGRAM).aggregations

    def test_values(self):
        f = self.found
        self.assertEqual(f["n"], {("a", 1): 2, ("b", -2): 1})
        self.assertEqual(list(f["n"]), [("b", -2), ("a", 1)], "largest last")
        self.assertEqual(f["s"], {"x": -5})
        self.assertEqual((f["_"].value, f["avg"].value, f["dev"].value), (7, 1.5, 1))
        self.assertEqual(f["none"], {"k": 0})

    def test_distributions(self):
        q = self.found["q"].value
        self.assertEqual(q, ((0, 0, 1), (64, 127, 1)))
        self.assertEqual((q.count, q[1].least, q.percentile(50), q.percentile(99)), (2, 64, 0, 127))
        self.assertEqual(self.found["l"].value, ((5, 9, 1),))

    def test_rows(self):
        self.assertEqual(list(self.found["n"].rows()), [("b", -2, 1), ("a", 1, 2)])
        self.assertEqual(self.found["n"].columns(), ["key0", "key1", "count"])
        self.assertEqual(list(self.found["q"].rows()), [(0, 0, 1), (64, 127, 1)])
        self.assertEqual(self.found["q"].columns(), ["least", "greatest", "count"])

    def test_frame(self):
        """Where pandas is not installed, what it would be handed."""
        try:
            import pandas
        except ImportError:
            pandas = types.SimpleNamespace(DataFrame=lambda rows, columns: types.SimpleNamespace(
                columns=columns, values=types.SimpleNamespace(tolist=lambda: [list(r) for r in rows])))
        with unittest.mock.patch.dict(sys.modules, pandas=pandas):
            frame = self.found["n"].frame("word")
        self.assertEqual(list(frame.columns), ["word", "key1", "count"])
        self.assertEqual(frame.values.tolist(), [["b", -2, 1], ["a", 1, 2]])

    def test_reset(self):
        with glasshouse.Session("int go; tick-1ms /go == 0/ { @[go] = count(); @m = max(5); } "
                                "tick-300ms { go = 1; exit(0); }") as s:
            s.start()
            s.run()
            first = s.aggregations(reset=True)
            self.assertGreater(first["_"][0], 0)
            self.assertEqual(first["m"].value, 5)
            self.assertEqual(s.aggregations(), {"_": {}, "m": {}})

    def test_unknown_name(self):
        with glasshouse.Session("BEGIN { @a = count(); exit(0); }") as s:
            s.run()
            with self.assertRaisesRegex(KeyError, "@a"):
                s.aggregation("b")


class Errors(unittest.TestCase):
    def test_program(self):
        with self.assertRaises(glasshouse.DTraceError) as caught:
            glasshouse.Session("BEGIN { trace(nothing); trace(less); }")
        self.assertIn("failed to resolve nothing", str(caught.exception))
        self.assertIn("^", caught.exception.diagnostics)

    def test_options(self):
        with self.assertRaisesRegex(glasshouse.DTraceError, "Invalid option name"):
            glasshouse.Session(options={"nosuchoption": 1})
        with glasshouse.Session() as s, self.assertRaises(glasshouse.DTraceError):
            s.getopt("nosuchoption")

    def test_closed(self):
        s = glasshouse.Session()
        s.close()
        s.close()
        with self.assertRaisesRegex(glasshouse.DTraceError, "closed"):
            s.start()

    @needs_root
    def test_faults_and_drops_are_warnings(self):
        text = "int zero; BEGIN { trace(1 / zero); } BEGIN { s = speculation(); t = speculation(); exit(0); }"
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            glasshouse.run(text)
        self.assertEqual({w.category for w in caught}, {glasshouse.FaultWarning, glasshouse.DropWarning})
        said = []
        glasshouse.run(text, warn=said.append)
        self.assertEqual(len(said), 2)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with self.assertRaises(glasshouse.FaultWarning):
                glasshouse.run(text)

    @unittest.skipIf(os.geteuid() != 0, "tells what there is as root")
    def test_probes_are_listed(self):
        found = glasshouse.list_probes("syscall::getpgid:*")
        self.assertEqual([p.name for p in found], ["entry", "return"])
        self.assertEqual(glasshouse.list_probes("no:such:probe:here"), [])


@needs_root
class Interrupts(unittest.TestCase):
    def test_run_loses_nothing(self):
        """A Ctrl-C ends tracing, END runs, and what was counted is there."""
        status, out = support.python(
            "import glasshouse\n"
            "last = []\n"
            "def take(record):\n"
            "    last[:] = record.values\n"
            "    print('record')\n"
            "with glasshouse.Session('int n; tick-100ms, END { trace(n); } tick-1ms { @ = count(); n++; }') as s:\n"
            "    s.run(on_record=take)\n"
            # one firing may be under way while END runs
            "    print(s.interrupted, last[0] > 0, abs(last[0] - s.aggregation().value) <= 1)\n", interrupt_at="record")
        self.assertEqual((status, out.splitlines()[-1]), (0, "True True True"), out)

    def test_iteration_is_interrupted(self):
        status, out = support.python(
            "import glasshouse\n"
            "try:\n"
            "    for r in glasshouse.records('tick-5ms { trace(1); }', options={'switchrate': '20ms'}):\n"
            "        print('record')\n"
            "except KeyboardInterrupt:\n"
            "    print('interrupted')\n", interrupt_at="record")
        self.assertEqual((status, out.splitlines()[-1]), (0, "interrupted"))


@needs_root
class Asynchronous(unittest.TestCase):
    def test_two_at_once(self):
        async def take(number):
            async with glasshouse.Session("tick-5ms { trace($1); @ = count(); }", args=(number,),
                                          options={"switchrate": "20ms"}) as s:
                values = []
                async for record in s:
                    values.append(record.values[0])
                    if len(values) == 10:
                        break
                found = await s.snapshot()
                return values, found["_"].value >= 10

        async def both():
            return await asyncio.gather(take(1), take(2))

        self.assertEqual(asyncio.run(both()), [([1] * 10, True), ([2] * 10, True)])

    def test_cancelled(self):
        async def forever():
            async with glasshouse.Session("tick-1s { trace(1); }") as s:
                async for _ in s:
                    pass

        async def main():
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(forever(), 0.3)

        asyncio.run(main())

    def test_it_ends(self):
        async def main():
            async with glasshouse.Session("BEGIN { trace(5); exit(0); }") as s:
                return [r.values async for r in s]

        self.assertEqual(asyncio.run(main()), [(5,)])


if __name__ == "__main__":
    unittest.main()
