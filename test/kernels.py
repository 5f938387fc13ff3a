#!/usr/bin/env python3
"""Runs the tests of a live kernel on other kernels: Debian's own, booted under emulation.

usage: test/kernels.py [--build DIR] [--kernel NAME] [--seconds S] [--slower TIMES] [--shell COMMAND] [PATTERN...]

A PATTERN selects tests as in test/run.py; without one, all of suite runtime run. --shell runs a command in place of tests.

KERNELS names the packages; apt fetches them, from its usual sources or from another suite with lists of
our own, so that nothing of this machine's changes. Those that are not `usual` run when --kernel names them: `newest` shows
early what later kernels will refuse. A guest has the files of some installed packages,
the modules of its kernel, the source tree where it is here and the build as its folder `build`, on an
ext4 disk that nobody mounts: mke2fs writes it, and each guest changes a copy that goes with it. The
disk is NVMe and the output goes to a serial port because Debian's kernels have those built in: no
initramfs is needed. Emulation needs no KVM; it makes a guest some 10 times slower than this machine.

The tests of AREAS come first, the others in an order of the kernel's own; those that have not begun
when the time is up are skipped, and counted as such. What is fetched and made lies in BUILD/kernels;
processes and disks end with the run.
"""
import argparse
import ctypes
import mmap
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent

# Emulation of cmpxchg16b is not to be relied upon in qemu 7.2, but newer kernels give programs no memory without it.
Kernel = namedtuple("Kernel", "name package suite usual cpu", defaults=(True, "max,cx16=off"))
ALL_KERNELS = (Kernel("6.1", "linux-image-cloud-amd64", ""),
               Kernel("6.12", "linux-image-cloud-amd64", "bookworm-backports"),
               Kernel("newest", "linux-image-cloud-amd64", "trixie-backports", False, "max"))
KERNELS = tuple(k for k in ALL_KERNELS if k.usual)

TOOLS = ("qemu-system-x86_64", "mke2fs", "depmod", "apt-get", "dpkg")
# Packages whose files a guest has, with all they depend on: beside what every Debian has, what tests call.
PACKAGES = ("python3", "gcc", "libc6-dev", "iproute2", "kmod", "procps", "mawk", "mount", "e2fsprogs", "g++", "musl-tools",
            "xz-utils", "btrfs-progs", "xfsprogs", "bpftool", "busybox-static")
NOT_NEEDED = re.compile(r"/usr/(share/(doc|man|locale|info|i18n|perl5|lintian|bug)|lib/(gconv|python3/dist-packages))/|"
                        r".*/(gconv|lto1$|lto-wrapper$|g?cov|__pycache__)")
SUITES = ("runtime",)
# What `make test` runs there: no other kernel may be at hand that has it, or lacks it.
OF_ALL = ("runtime/fbt", "runtime/fsinfo", "runtime/zoneadm/moves", "runtime/zoneadm/filesystems")
# Where kernels differ most: these run first.
AREAS = ("runtime/fbt", "runtime/fallback", "runtime/stack", "runtime/builtinvar", "runtime/proc")
GUEST_MB, DISK_MB = 1536, 1500
SLOWER = 4  # so many times as long a test may take
GRACE_S = 120  # to start, to end the last test, to run again alone what failed in company
START_S = 35  # to write a disk, start and end


class Skip(Exception):
    """Why the tests cannot run here."""


def run(args, **kw):
    got = subprocess.run(args, capture_output=True, text=True, **kw)
    if got.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, args))}: status {got.returncode}\n{got.stdout}{got.stderr}")
    return got.stdout


# ---- kernels, from apt ----

class Apt:
    """apt with the machine's own sources, or with one suite of them and lists of its own."""

    def __init__(self, folder, suite):
        self.options = []
        if suite:
            for sub in ("lists/partial", "cache/archives/partial"):
                (folder / sub).mkdir(parents=True, exist_ok=True)
            source = folder / "sources.list"
            source.write_text(f"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror()} {suite} main\n")
            self.options = ["-o", f"Dir::Etc::sourcelist={source}", "-o", "Dir::Etc::sourceparts=-",
                            "-o", f"Dir::State::lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache"]
        self.options += ["-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]

    def call(self, tool, *args, **kw):
        return run([tool, *self.options, "-q", *args], **kw)

    def depends(self, package):
        return re.findall(r"^ *Depends: ([^\s<]+)", self.call("apt-cache", "depends", package), re.M)

    def parts(self, package):
        """The packages that a meta package of a kernel stands for: its image, and what newer kernels have beside it."""
        image = next((d for d in self.depends(package) if d.startswith("linux-image-")), None)
        release = image and image.removeprefix("linux-image")
        return [image, *(d for d in self.depends(image) if d.endswith(release))] if image else []


def mirror():
    """Where this machine has Debian from."""
    text = run(["apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages"])
    sites = [s for s in text.split() if "security" not in s and "debian" in s]
    return sites[0] if sites else "http://deb.debian.org/debian"


def merge_usr(root):
    """The modules of newer packages lie in /usr/lib."""
    if (root / "usr/lib/modules").exists() and not (root / "lib").exists():
        (root / "lib").symlink_to("usr/lib")


def kernel_image(root, release):
    of_modules = root / "lib/modules" / release / "vmlinuz"  # newer packages
    return of_modules if of_modules.exists() else root / f"boot/vmlinuz-{release}"


def fetch_kernel(kernel, folder):
    """Folder with the kernel unpacked and its modules listed, and its release."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "release"
    if not done.exists():
        apt = Apt(folder / "apt", kernel.suite)
        packages = []
        try:
            packages = [] if kernel.suite else apt.parts(kernel.package)
            if not packages:
                apt.call("apt-get", "update")
                packages = apt.parts(kernel.package)
            apt.call("apt-get", "download", *packages, cwd=folder)
        except RuntimeError as e:
            raise Skip(f"apt does not give kernel {kernel.name}: {str(e).strip().splitlines()[-1]}")
        if not packages:
            raise Skip(f"apt knows no {kernel.package}")
        for deb in folder.glob("*.deb"):
            run(["dpkg", "-x", deb, folder / "root"])
            deb.unlink()
        merge_usr(folder / "root")
        release = next((folder / "root/lib/modules").iterdir()).name
        run(["depmod", "-b", folder / "root", release])
        done.write_text(release)
    release = done.read_text()
    return folder / "root", release


# ---- the disk ----

def closure(packages):
    """Installed packages with all they depend on, and every essential one."""
    text = run(["dpkg-query", "-W", "-f", "${Package}\t${Provides}\t${Essential}\t${Pre-Depends}, ${Depends}\n"])
    depends, provider, wanted = {}, {}, list(packages)
    for line in text.splitlines():
        name, provides, essential, needs = line.split("\t")
        depends[name] = [re.split(r"[ :(]", alternative.strip())[0]
                         for group in needs.split(",") for alternative in group.split("|")]
        for p in provides.split(","):
            provider.setdefault(p.split("(")[0].strip(), name)
        if essential == "yes":
            wanted.append(name)
    seen = set()
    while wanted:
        name = wanted.pop()
        name = name if name in depends else provider.get(name)
        if name and name not in seen:
            seen.add(name)
            wanted += depends[name]
    return sorted(seen)


def package_files(packages):
    for path in sorted(set(run(["dpkg", "-L", *packages]).splitlines())):
        if path.startswith("/") and not NOT_NEEDED.match(path) and os.path.lexists(path):
            yield path


def source_files():
    text = run(["git", "-C", SRC, "ls-files", "-co", "--exclude-standard"])
    return [str(SRC / p) for p in text.splitlines()]


def copy_build(build, to):
    """The programs and the libraries of a build, and what tests make of them, in the same folders."""
    for top in ("bin", "cmd", "lib", "usdt", "test", "zone"):
        for p in sorted((build / top).rglob("*")):
            if p.is_symlink() or (p.is_file() and p.suffix not in (".o", ".d", ".a") and ".p" not in p.parent.suffix):
                copy = to / p.relative_to(build)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(p, copy, follow_symlinks=False)


def copy_into(root, paths):
    """Files and links as they are; folders are made on the way, links to folders stay links."""
    for path in paths:
        real_parent = os.path.realpath(os.path.dirname(path))
        to = Path(f"{root}{real_parent}") / os.path.basename(path)
        if os.path.lexists(to):
            continue
        to.parent.mkdir(parents=True, exist_ok=True)
        if os.path.islink(path):
            to.symlink_to(os.readlink(path))
        elif os.path.isdir(path):
            to.mkdir()
        elif os.path.isfile(path):
            shutil.copy2(path, to)


INIT = """#!/bin/sh
# The first process of a guest: mounts, runs what it was told, ends the machine.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
mount -t devtmpfs dev /dev
exec </dev/null >/dev/ttyS1 2>&1
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs run /run
mkdir -p /dev/pts /dev/shm
chmod 1777 /tmp /var/tmp
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t securityfs security /sys/kernel/security
hostname guest
ip link set lo up
modprobe -qa loop overlay
echo 0 >/proc/sys/kernel/printk
sh /guest/work
echo "guest: status $?"
sync
echo o >/proc/sysrq-trigger
sleep 60
"""


def make_root(build, root):
    """What every guest has, whatever its kernel."""
    for folder in ("dev", "proc", "sys", "tmp", "run", "root", "guest", "etc", "var/tmp", "usr"):
        (root / folder).mkdir(parents=True)
    for link in ("bin", "sbin", "lib", "lib64", "lib32"):
        if os.path.islink("/" + link):
            (root / link).symlink_to(os.readlink("/" + link))
            (root / os.readlink("/" + link).lstrip("/")).mkdir(parents=True, exist_ok=True)
    files = list(package_files(closure(PACKAGES)))
    files += [f"/etc/{name}" for name in ("passwd", "group", "nsswitch.conf", "services", "protocols", "ld.so.conf")]
    files += [str(p) for p in Path("/etc/alternatives").iterdir() if os.path.exists(p)]
    files += [str(p) for top in ("/usr/bin", "/usr/sbin") for p in Path(top).iterdir()
              if p.is_symlink() and os.readlink(p).startswith("/etc/alternatives/") and p.exists()]
    copy_into(root, [f for f in files if os.path.lexists(f)] + source_files())
    copy_build(build, Path(f"{root}{SRC}/build"))
    (root / "etc/hosts").write_text("127.0.0.1 localhost guest\n::1 localhost\n")
    (root / "etc/hostname").write_text("guest\n")
    (root / "etc/mtab").unlink(missing_ok=True)
    (root / "etc/mtab").symlink_to("/proc/mounts")
    (root / "guest/init").write_text(INIT)
    (root / "guest/init").chmod(0o755)
    run(["ldconfig", "-r", root])


def make_guest_disk(build, unpacked, release, work, image):
    with tempfile.TemporaryDirectory(prefix="root-", dir=image.parent) as tmp:
        root = Path(tmp)
        make_root(build, root)
        (root / "guest/work").write_text(work)
        modules = root / "usr/lib/modules" / release
        modules.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(unpacked / "lib/modules" / release, modules, symlinks=True)
        run(["mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-E", "root_owner=0:0", "-d", root, image,
             f"{DISK_MB}M"])


# ---- a guest ----

def clock_khz():
    """Frequency of this processor's time-stamp counter, which the emulator shows as it is; None where it cannot be measured."""
    code = bytes.fromhex("0f3148c1e2204809d0c3")  # rdtsc; shl $32,%rdx; or %rdx,%rax; ret
    try:
        with mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC) as page:
            page.write(code)
            view = ctypes.c_char.from_buffer(page)
            read = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(view))
            begun, ticks = time.monotonic_ns(), read()
            time.sleep(0.5)
            ticks, begun = read() - ticks, time.monotonic_ns() - begun
            del read, view
        return ticks * 1000000 // begun
    except (OSError, ValueError, BufferError):
        return None


class Guest:
    """A machine that runs `work`, a shell script, and tells what that prints."""

    def __init__(self, build, kernel, work, cpus=2):
        folder = build / "kernels" / kernel.name
        unpacked, release = fetch_kernel(kernel, folder)
        khz = clock_khz() if os.uname().machine == "x86_64" else None
        self.kernel, self.image, self.console, self.result = kernel, folder / "disk", folder / "console", folder / "result"
        make_guest_disk(build, unpacked, release, work, self.image)
        # Nor is emulation by a thread for each processor.
        self.command = [
            "qemu-system-x86_64", "-M", "pc", "-accel", "tcg,thread=single", "-cpu", kernel.cpu, "-m", str(GUEST_MB),
            "-smp", str(cpus), "-display", "none", "-no-reboot", "-nodefaults",
            "-serial", f"file:{self.console}", "-serial", f"file:{self.result}",
            "-drive", f"file={self.image},format=raw,if=none,id=disk,snapshot=on", "-device", "nvme,drive=disk,serial=1",
            "-kernel", str(kernel_image(unpacked, release)),
            "-append", "console=ttyS0 root=/dev/nvme0n1 rw init=/guest/init panic=-1 tsc=reliable "
                       "mitigations=off random.trust_cpu=on" +
                       # On a busy machine the guest's own measurement is wrong by ten times and more, and so is its clock.
                       (f" tsc_early_khz={khz}" if khz else "")]

    def run(self, seconds, tell=None):
        """What the work printed, whole; what went wrong with the machine, or ''. tell gets each line as it comes."""
        text, wrong = self.boot(seconds, tell)
        if wrong and not text:  # the emulator's doing: no line of the work has run
            text, wrong = self.boot(seconds, tell)
        self.image.unlink()
        return text, wrong

    def boot(self, seconds, tell):
        """One life of the machine."""
        self.result.write_text("")
        with subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, errors="replace") as p:
            try:
                self.follow(p, seconds, tell)
            finally:
                ended = p.poll()
                p.kill()
                said = p.stderr.read()
        text = self.result.read_text(errors="replace").replace("\r", "")
        if re.search(r"^guest: status \d+$", text, re.M):
            return text, ""
        last = "\n".join((self.console.read_text(errors="replace")).splitlines()[-30:])
        how = f"did not end within {seconds} s" if ended is None else f"ended with status {ended} before its work did"
        return text, f"the machine {how}\n{said}{last}"

    def follow(self, p, seconds, tell):
        end, told = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            over = p.poll() is not None
            text = self.result.read_text(errors="replace")
            upto = text.rfind("\n") + 1
            if tell:
                for line in text[told:upto].splitlines():
                    tell(line)
            told = upto
            if over:
                return
            time.sleep(0.2)


# ---- tests in a guest ----

def why_not(kernels=KERNELS):
    """Why no guest can run here; '' when one can."""
    lacking = [t for t in TOOLS if not shutil.which(t)]
    if lacking:
        return f"needs {', '.join(lacking)}"
    if os.geteuid() != 0:
        return "needs root"
    free = int(re.search(r"MemAvailable: +(\d+)", Path("/proc/meminfo").read_text()).group(1)) >> 10
    if free < GUEST_MB * len(kernels) + 512:
        return f"needs {GUEST_MB * len(kernels) + 512} MiB of free memory, {free} are"
    return ""


def work_of(kernel, seconds, patterns, slower):
    args = ["--build", "build", "--seconds", str(seconds), "--slower", str(slower), "--seed", kernel.name]
    for area in AREAS:
        args += ["--first", area]
    return f"cd {shlex.quote(str(SRC))}\npython3 test/run.py {shlex.join([*args, *(patterns or SUITES)])}\n"


TOTAL = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.M)


def run_tests(build, kernel, seconds, patterns=(), tell=None, slower=SLOWER):
    """Runs tests in a guest for about so many seconds: numbers passed, failed and skipped, and what there is to say
    that was not told."""
    try:
        guest = Guest(build, kernel, work_of(kernel, seconds, patterns, slower))
    except Skip as e:
        return 0, 0, 1, str(e)
    text, wrong = guest.run(seconds + GRACE_S, tell)
    totals = TOTAL.findall(text)
    passed, failed, skipped = map(int, totals[-1]) if totals else (0, 0, 0)
    worth = "\n".join(line for line in text.splitlines() if not re.match(r"ok  |.* failed beside others|guest:", line))
    if wrong or not totals:
        failed += 1
    return passed, failed, skipped, "\n".join(filter(None, ("" if tell else worth, wrong)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--kernel", choices=[k.name for k in ALL_KERNELS], help="this one only")
    parser.add_argument("--seconds", default=600, type=int, help="for all kernels together")
    parser.add_argument("--slower", default=SLOWER, type=float, metavar="TIMES", help=f"give tests so many times as long ({SLOWER})")
    parser.add_argument("--shell", metavar="COMMAND")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    args = parser.parse_args()
    build, total, end = args.build.resolve(), [0, 0, 0], time.monotonic() + args.seconds
    kernels = [k for k in ALL_KERNELS if args.kernel == k.name or (not args.kernel and k.usual)]
    for i, kernel in enumerate(kernels):
        share = max(START_S, int((end - time.monotonic()) / (len(kernels) - i) - START_S))
        why = why_not([kernel])
        if args.shell and not why:
            guest = Guest(build, kernel, f"cd {shlex.quote(str(SRC))}\nexport DTRACE={SRC}/build/bin/dtrace\n{args.shell}\n")
            _, wrong = guest.run(args.seconds + GRACE_S, lambda line: print(line, flush=True))
            print(wrong, end="")
            continue
        counts = (0, 0, 1, why) if why else run_tests(build, kernel, share, args.patterns,
                                                      lambda line: print(f"{kernel.name}: {line}", flush=True), args.slower)
        if counts[3]:
            print(f"kernel {kernel.name}: {counts[3]}")
        total = [a + b for a, b in zip(total, counts)]
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] else 0


if __name__ == "__main__":
    sys.exit(main())
