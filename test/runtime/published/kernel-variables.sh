python3 - <<'PY'
import os, subprocess
def loads():
    return [float(x) for x in open("/proc/loadavg").read().split()[:3]]
def newest():
    return int(open("/proc/loadavg").read().split()[4])
before, first = loads(), newest()
got = subprocess.run([os.environ["DTRACE"], "-qs", "kernel-variables.d"], capture_output=True, text=True, timeout=60).stdout.splitlines()
got, names = got[0].split(), got[1].split()
after, last = loads(), newest()
pages = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal")) * 1024 // os.sysconf("SC_PAGESIZE")
want = [str(os.sysconf("SC_NPROCESSORS_ONLN")), str(os.sysconf("SC_NPROCESSORS_CONF")), str(os.sysconf("SC_PAGESIZE")), str(pages), "1"]
bad = [(g, b, a) for g, b, a in zip(map(float, got), before, after) if not min(a, b) - 0.011 <= g <= max(a, b) + 0.011]
if got[3:8] != want:
    bad.append((got[3:8], want))
system = os.uname()
if names != [system.sysname, system.nodename, system.release, system.machine, system.machine]:
    bad.append(names)
if first <= last and not first <= int(got[8]) <= last:
    bad.append((first, got[8], last))
print(bad or "agree")
PY
