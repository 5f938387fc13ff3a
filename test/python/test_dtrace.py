"""dtrace and dtrace_ctypes: programs in the way of those written for python-dtrace."""
import os
import re
import threading
import time
import unittest
from ctypes import c_char_p, c_int, cast

from support import Busy, needs_root

import dtrace
import dtrace_ctypes.consumer
from dtrace_ctypes.consumer import deref

HELLO = 'dtrace:::BEGIN {trace("Hello World");}'


@needs_root
class Consumer(unittest.TestCase):
    def run_it(self, script, runtime=1):
        got = {"cpus": [], "actions": [], "out": [], "walk": []}
        dtrace.DTraceConsumer(chew_func=got["cpus"].append, chewrec_func=got["actions"].append,
                              out_func=got["out"].append,
                              walk_func=lambda *args: got["walk"].append(args)).run(script, runtime)
        return got

    def test_output(self):
        got = self.run_it(HELLO)
        self.assertEqual((got["out"], got["actions"], len(got["cpus"])), ([b"Hello World"], [1], 1))

    def test_exit_ends_it(self):
        begun = time.monotonic()
        got = self.run_it('dtrace:::BEGIN { printf("%d\\n", 6 * 7); exit(0); }', runtime=1000)
        self.assertLess(time.monotonic() - begun, 500)
        self.assertEqual(got["out"][0], b"42")

    def test_scripts_are_compiled(self):
        consumer = dtrace.DTraceConsumer(None, None, None, None)
        consumer.compile(HELLO)
        with self.assertRaisesRegex(Exception, "Unable to compile"):
            consumer.compile("foo")
        with self.assertRaisesRegex(Exception, "Unable to compile"):
            dtrace.DTraceConsumer().run("sadf")

    def test_system_calls_of_zones(self):
        """The example that everybody begins with, with the walk of the first versions: no action."""
        seen = []

        def walk(identifier, key, value):
            seen.append('{2} Zone "{0:s}" made {1:d} syscalls.'.format(key[0], value, identifier))

        with Busy():
            thread = dtrace.DTraceConsumerThread("syscall:::entry { @num[zonename] = count(); }", walk_func=walk, sleep=1)
            thread.start()
            while not seen:
                time.sleep(0.1)
            thread.stop()
            thread.join()
        # Other tests may have containers at work.
        self.assertTrue(any(re.match(r'1 Zone "global" made [1-9]\d* syscalls\.$', s) for s in seen), seen)

    def test_thread_of_the_caller(self):
        seen = []
        consumer = dtrace.DTraceConsumerThread("tick-10ms { @n = count(); }", walk_func=lambda *a: seen.append(a))
        thread = threading.Thread(target=consumer.run)
        thread.start()
        while not seen:
            time.sleep(0.1)
        consumer.stop()
        thread.join()
        self.assertTrue(consumer.stopped())

    def test_entries_are_counted_anew(self):
        seen = []
        consumer = dtrace.DTraceContinuousConsumer("int n; tick-1ms /n < 20/ { n++; @ = count(); }", None, None, None,
                                                   lambda action, identifier, keys, value: seen.append(value))
        consumer.go()
        while sum(seen) < 20:
            consumer.sleep()
            self.assertEqual(consumer.snapshot(), 0)
        self.assertEqual(sum(seen), 20)

    def test_functions_and_keys(self):
        walked = {i: (action, keys, value) for action, i, keys, value in self.run_it(
            'BEGIN { @a["k", pid, 3LL] = count(); @b = avg(3); @b = avg(6); @c = min(-4); @d["s"] = sum(9); exit(0); }'
        )["walk"]}
        self.assertEqual(walked[1], (0x701, [b"k", os.getpid(), 3], 1))
        self.assertEqual([walked[i][::2] for i in (2, 3, 4)], [(0x704, 4), (0x702, -4), (0x705, 9)])

    def test_distributions(self):
        walked = {i: (action, value) for action, i, _, value in self.run_it(
            "BEGIN { @q = quantize(-5); @q = quantize(0); @q = quantize(100); @l = lquantize(7, -10, 10, 5); "
            "@m = llquantize(15, 10, 0, 2, 10); exit(0); }")["walk"]}
        action, value = walked[1]
        self.assertEqual((action, len(value)), (0x707, 127))
        self.assertEqual([v for v in value if v[1]], [((-7, -4), 1), ((0, 0), 1), ((64, 127), 1)])
        self.assertEqual((value[0][0][0], value[-1][0][1]), (-1 << 63, (1 << 63) - 1))
        self.assertEqual(walked[2], (0x708, [((-1 << 63, -11), 0), ((-10, -6), 0), ((-5, -1), 0), ((0, 4), 0),
                                             ((5, 9), 1), ((10, (1 << 63) - 1), 0)]))
        self.assertEqual([v for v in walked[3][1] if v[1]], [((10, 19), 1)])

    def test_stacks(self):
        with Busy():
            walked = self.run_it(f"syscall::getpgid:entry /pid == {os.getpid()}/ {{ @[stack(4), ustack(3)] = count(); }}"
                                 )["walk"]
        _, _, (kernel, user), value = walked[-1]
        self.assertTrue(all(f.startswith(b"vmlinux`") for f in kernel), kernel)
        self.assertTrue(any(b"getpgid" in f for f in user), user)
        self.assertGreater(value, 0)

    def test_callbacks_raise(self):
        def fail(_):
            raise ValueError("mine")
        with self.assertRaisesRegex(ValueError, "mine"):
            dtrace.DTraceConsumer(None, None, fail, None).run(HELLO)


@needs_root
class Ctypes(unittest.TestCase):
    def test_walk_by_offsets(self):
        seen = {}

        def walk(data, arg):
            at = data.contents.dtada_data
            seen[cast(at + 16, c_char_p).value] = deref(at + 272, c_int).value
            return 0

        with Busy():
            dtrace_ctypes.consumer.DTraceConsumer(None, None, walk_func=walk).run(
                "syscall:::entry { @num[execname] = count(); }", 1)
        self.assertGreater(max(seen.values()), 0)

    def test_output_and_records(self):
        seen = []

        def chew(data, _arg):
            seen.append(data.contents.dtpda_pdesc.contents.dtpd_name)
            return 0

        def rec(data, rec, _arg):
            if rec:
                seen.append((rec.contents.dtrd_action, rec.contents.dtrd_size))
            return 0 if rec else 1

        def out(data, _arg):
            seen.append(data.contents.dtbda_buffered.strip())
            return 0

        dtrace_ctypes.consumer.DTraceConsumer(chew, rec, None, out).run(HELLO)
        self.assertEqual(seen, [b"BEGIN", (1, 256), b"Hello World"])

    def test_thread(self):
        seen = []
        thread = dtrace_ctypes.consumer.DTraceConsumerThread(
            "tick-10ms { @[probename] = count(); }", None, None,
            lambda data, _arg: seen.append(data.contents.dtada_desc.contents.dtagd_name) or 0, None)
        thread.start()
        while not seen:
            time.sleep(0.1)
        thread.stop()
        thread.join()
        self.assertEqual(set(seen), {b"_"})

    def test_errors_have_texts(self):
        with self.assertRaises(Exception) as caught:
            dtrace_ctypes.consumer.DTraceConsumer().run("BEGIN { nothing }")
        self.assertIn("failed to resolve nothing", caught.exception.args[1])


if __name__ == "__main__":
    unittest.main()
