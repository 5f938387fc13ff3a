# archives.py DIRECTORY: archives of one tree, in every format and compression that there is a program for;
# prints their names. With a second argument: what is in the tree, in order, to compare.
import bz2, gzip, io, lzma, os, shutil, stat, subprocess, sys, tarfile

if len(sys.argv) > 2:
    top = sys.argv[2]
    for folder, dirs, files in os.walk(top):
        for name in sorted(dirs + files):
            p = os.path.join(folder, name)
            s = os.lstat(p)
            text = (os.readlink(p) if stat.S_ISLNK(s.st_mode) else
                    str(hash(open(p, "rb").read())) if stat.S_ISREG(s.st_mode) else "")
            # Links that were not made with their target have times of their own.
            print(os.path.relpath(p, top), oct(s.st_mode), s.st_uid, s.st_gid, int(s.st_mtime),
                  s.st_nlink if not stat.S_ISDIR(s.st_mode) else "", text,
                  os.listxattr(p, follow_symlinks=False) and os.getxattr(p, "user.a"))
    sys.exit()
out = sys.argv[1]
tree = out + "/tree"
os.makedirs(tree + "/etc/deep/" + "d" * 120 + "/" + "e" * 130)
os.makedirs(tree + "/var")
with open(tree + "/etc/motd", "w") as f:
    f.write("hello\n")
with open(tree + "/etc/hole", "wb") as f:
    f.seek(3 << 20)
    f.write(b"end")
with open(tree + "/etc/deep/" + "f" * 150, "wb") as f:
    f.write(bytes(range(256)) * 700)
open(tree + "/etc/deep/" + "d" * 120 + "/" + "e" * 130 + "/empty", "w").close()
os.symlink("../var", tree + "/etc/link")
os.symlink("x" * 180, tree + "/etc/nowhere")
os.link(tree + "/etc/motd", tree + "/var/same")
os.mkfifo(tree + "/var/fifo")
os.chown(tree + "/etc/motd", 12, 34)
os.chmod(tree + "/etc/motd", 0o4751)
os.setxattr(tree + "/etc/motd", "user.a", b"b\0c")
os.chown(tree + "/var", 1, 2)
os.chmod(tree + "/var", 0o1770)
for folder, dirs, files in os.walk(tree, topdown=False):
    for name in dirs + files:
        os.utime(os.path.join(folder, name), (981173106, 981173106), follow_symlinks=False)


def archive(name, fmt, xattr):
    with tarfile.open(out + "/" + name + ".tar", "w", format=fmt) as t:
        def keep(i):
            if xattr and i.name.endswith("etc/motd"):
                i.pax_headers = {"SCHILY.xattr.user.a": "b\0c"}
            return i
        t.add(tree, ".", filter=keep)
    return name + ".tar"


names = [archive("gnu", tarfile.GNU_FORMAT, False), archive("pax", tarfile.PAX_FORMAT, True)]
data = open(out + "/pax.tar", "rb").read()
for end, pack in ((".gz", gzip.compress), (".xz", lzma.compress), (".bz2", bz2.compress)):
    if shutil.which({".gz": "gzip", ".xz": "xz", ".bz2": "bzip2"}[end]):
        open(out + "/pax.tar" + end, "wb").write(pack(data))
        names.append("pax.tar" + end)
if shutil.which("zstd"):
    subprocess.run(["zstd", "-q", out + "/pax.tar"])
    names.append("pax.tar.zst")
subprocess.run(["tar", "-cf", out + "/program.tar", "--xattrs", "-C", tree, "."])
names.append("program.tar")
print(*names)
