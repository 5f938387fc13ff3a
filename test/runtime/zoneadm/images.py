# images.py DIRECTORY: an image of three layers, in OCI's layout, as its archive, and as docker saves it; and
# images that are made to do harm, named on standard output.
import copy, gzip, hashlib, io, json, os, platform, sys, tarfile

out = sys.argv[1]
MACHINE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]


def layer(*entries):
    b = io.BytesIO()
    with tarfile.open(fileobj=b, mode="w") as t:
        for name, what, *more in entries:
            i = tarfile.TarInfo(name)
            i.mode = 0o755
            if what == "dir":
                i.type = tarfile.DIRTYPE
            elif what == "link":
                i.type, i.linkname = tarfile.SYMTYPE, more[0]
            elif what == "hard":
                i.type, i.linkname = tarfile.LNKTYPE, more[0]
            elif what == "device":
                i.type, i.devmajor, i.devminor = tarfile.BLKTYPE, 254, 0
            data = more[0].encode() if what == "file" else b""
            i.size = len(data)
            t.addfile(i, io.BytesIO(data))
    return b.getvalue()


LAYERS = [
    layer(("etc", "dir"), ("etc/one", "file", "1"), ("etc/gone", "file", "x"), ("opt", "dir"), ("opt/a", "file", "a"),
          ("opt/sub", "dir"), ("opt/sub/b", "file", "b"), ("usr", "dir"), ("usr/lib", "dir"), ("lib", "link", "usr/lib"),
          ("dir", "dir"), ("dir/f", "file", "f"), ("was-file", "file", "f"), ("disk", "device")),
    layer(("etc/.wh.gone", "file", ""), ("lib/through", "file", "t"), ("opt/new", "file", "n"),
          ("opt/.wh..wh..opq", "file", ""), ("etc/same", "hard", "etc/one"), ("was-file", "dir"),
          ("was-file/now", "file", "d"), ("dir", "link", "/etc")),
    layer(("etc/one", "file", "two"), ("./etc//two", "file", "2"), ("dir/three", "file", "3")),
]
CONFIG = json.dumps({"architecture": MACHINE, "os": "linux",
                     "config": {"Entrypoint": ["/bin/sh", "-c"], "Cmd": ["true"]}}).encode()


def put(folder, data):
    digest = hashlib.sha256(data).hexdigest()
    os.makedirs(folder + "/blobs/sha256", exist_ok=True)
    open(folder + "/blobs/sha256/" + digest, "wb").write(data)
    return {"digest": "sha256:" + digest, "size": len(data)}


def layout(folder, layers=LAYERS, change=lambda index, manifest: None, nested=True, other=True):
    packed = [gzip.compress(l) if k % 2 else l for k, l in enumerate(layers)]
    manifest = {"schemaVersion": 2, "config": put(folder, CONFIG), "layers": [put(folder, l) for l in packed]}
    index = {"schemaVersion": 2, "manifests": []}
    change(index, manifest)
    m = put(folder, json.dumps(manifest).encode())
    m["platform"] = {"os": "linux", "architecture": MACHINE}
    if nested:
        wrong = dict(m, digest="sha256:" + "0" * 64, platform={"os": "linux", "architecture": "other"})
        m = put(folder, json.dumps({"manifests": [wrong, m]}).encode())
    m["annotations"] = {"org.opencontainers.image.ref.name": "v1"}
    index["manifests"].append(m)
    open(folder + "/index.json", "w").write(json.dumps(index))
    open(folder + "/oci-layout", "w").write('{"imageLayoutVersion": "1.0.0"}')
    return folder


def pack(folder, to):
    with tarfile.open(to, "w") as t:
        t.add(folder, ".")


layout(out + "/oci")
pack(out + "/oci", out + "/oci.tar")
os.makedirs(out + "/docker")
for k, l in enumerate(LAYERS):
    open(out + "/docker/%d.tar" % k, "wb").write(l)
open(out + "/docker/c.json", "wb").write(CONFIG)
open(out + "/docker/manifest.json", "w").write(json.dumps(
    [{"Config": "c.json", "RepoTags": ["other:latest"], "Layers": ["none.tar"]},
     {"Config": "c.json", "RepoTags": ["box:v1"], "Layers": ["0.tar", "1.tar", "2.tar"]}]))
pack(out + "/docker", out + "/docker.tar")

# ---- harm ----
evil = out + "/evil/"
victim = out + "/outside"


def harm(name, *entries, **more):
    layout(evil + name, [layer(*entries)], nested=False, **more)
    print(name)


harm("climbs", ("../../outside/x", "file", "evil"))
harm("absolute", (victim + "/x", "file", "evil"))
harm("link", ("l", "link", victim), ("l/file", "file", "evil"))
harm("link-above", ("l", "link", "../../../../../../../../" + victim), ("l/file", "file", "evil"))
harm("hard-link", ("h", "hard", "../../../outside/file"))
harm("hard-link-through", ("l", "link", victim), ("h", "hard", "l/file"))
harm("whiteout", ("l", "link", victim), ("l/.wh.file", "file", ""))
harm("whiteout-above", (".wh...", "file", ""))
harm("opaque", ("l", "link", victim), ("l/.wh..wh..opq", "file", ""))
harm("over-link", ("file", "link", victim + "/file"), ("file", "file", "evil"))
harm("digest", ("a", "file", "a"), change=lambda i, m: m["layers"][0].update(digest="sha256:../../../etc/passwd"))
harm("other-blob", ("a", "file", "a"))
for f in os.listdir(evil + "other-blob/blobs/sha256"):
    p = evil + "other-blob/blobs/sha256/" + f
    if b"schemaVersion" not in open(p, "rb").read():
        open(p, "ab").write(b"x")
harm("blob-link", ("a", "file", "a"))
for f in os.listdir(evil + "blob-link/blobs/sha256"):
    p = evil + "blob-link/blobs/sha256/" + f
    os.unlink(p)
    os.symlink("/etc/passwd", p)
harm("json", ("a", "file", "a"))
open(evil + "json/index.json", "w").write("[" * 100000)
harm("strange", ("a", "file", "a"))
open(evil + "strange/index.json", "w").write('{"manifests": [1, {"digest": 7}, null]}')
