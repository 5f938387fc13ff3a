# An image whose configuration says all that one can say of its program. Arguments: a folder, busybox, the configuration's user.
import hashlib
import io
import json
import os
import sys
import tarfile

FOLDER, BUSYBOX, USER = sys.argv[1:]
SCRIPT = r"""trap 'echo stopped >/tmp/stopped; exit 0' USR1
{ for word; do echo "word [$word]"; done; echo "$COLOUR"; echo "$LINES2"; pwd; id -u; id -g; grep -i '^CapEff' /proc/self/status; } >/tmp/said
mv /tmp/said /tmp/told
while :; do sleep 0.1; done
"""
CONFIG = {"Entrypoint": ["sh", "-c", SCRIPT, "me", "two words"], "Cmd": ["", "b\\c"], "WorkingDir": "/srv/work",
          "Env": ["COLOUR=dark blue", "LINES2=one\ntwo", "PATH=/bin"], "User": USER, "StopSignal": "SIGUSR1"}


def put(data):
    name = hashlib.sha256(data).hexdigest()
    with open(FOLDER + "/blobs/sha256/" + name, "wb") as f:
        f.write(data)
    return {"mediaType": "application/octet-stream", "digest": "sha256:" + name, "size": len(data)}


def layer():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as t:
        for name in ("bin", "dev", "etc", "proc", "srv", "srv/work", "sys", "tmp"):
            d = tarfile.TarInfo(name)
            d.type, d.mode = tarfile.DIRTYPE, 0o1777 if name == "tmp" else 0o755
            t.addfile(d)
        for name, data in (("bin/busybox", open(BUSYBOX, "rb").read()), ("etc/passwd", b"root:x:0:0::/:/bin/sh\napp:x:70:71::/:/bin/sh\n"),
                           ("etc/group", b"root:x:0:\nstaff:x:72:\n")):
            f = tarfile.TarInfo(name)
            f.mode, f.size = 0o755, len(data)
            t.addfile(f, io.BytesIO(data))
        for name in ("sh", "sleep", "id", "pwd", "grep", "mv", "true"):
            link = tarfile.TarInfo("bin/" + name)
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            t.addfile(link)
    return out.getvalue()


os.makedirs(FOLDER + "/blobs/sha256")
manifest = {"schemaVersion": 2, "config": put(json.dumps({"architecture": "amd64", "os": "linux", "config": CONFIG}).encode()),
            "layers": [put(layer())]}
with open(FOLDER + "/index.json", "w") as f:
    json.dump({"schemaVersion": 2, "manifests": [put(json.dumps(manifest).encode())]}, f)
with open(FOLDER + "/oci-layout", "w") as f:
    json.dump({"imageLayoutVersion": "1.0.0"}, f)
