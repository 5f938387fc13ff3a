"""What a flame graph says, box by box: frames of deep.c with their counts, and what lies under what."""
import sys
import xml.etree.ElementTree as tree

SVG = "{http://www.w3.org/2000/svg}"
boxes = []
for g in tree.parse(sys.argv[1]).getroot().find(f"{SVG}g"):
    name, _, count = g.find(f"{SVG}title").text.rpartition(" (")
    r = g.find(f"{SVG}rect")
    boxes.append((name, int(count.split(",")[0]), float(r.get("y")), float(r.get("x")), float(r.get("width"))))

def count(name):
    return sum(b[1] for b in boxes if b[0] == name)

def under(lower, upper):
    """Every box of upper stands on one of lower."""
    low = [b for b in boxes if b[0] == lower]
    return all(any(b[2] == u[2] + 16 and b[3] <= u[3] + .02 and u[3] + u[4] <= b[3] + b[4] + .02 for b in low)
               for u in boxes if u[0] == upper)

for name in ("all", "deep`main", "deep`handler", "deep`compare", "deep`leaf"):
    print(name, count(name))
print("leaf on three:", under("deep`three", "deep`leaf"))
kernel = [b for b in boxes if b[0].startswith("vmlinux`")]
below = {b[0] for k in kernel for b in boxes
         if b[2] == k[2] + 16 and b[3] <= k[3] + .02 and k[3] + k[4] <= b[3] + b[4] + .02}
print("what the kernel stands on:", sorted({"libc" if n.startswith("libc") else n for n in below
                                           if not n.startswith("vmlinux`")}))
