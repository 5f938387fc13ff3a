"""A guest of a few instructions on /dev/kvm: guest.py [OPTION...] ROUNDS

Each round reads a byte from port 0x3f8, writes an A to it, writes that to 0xd0000, where there is no memory, reads it back, and halts.
Prints what became of it, as this process sees it: how often each kind of exit came. Options are for others to see in the command line.
"""
import ctypes
import fcntl
import mmap
import os
import struct
import sys

CREATE_VM, VCPU_MMAP_SIZE, CREATE_VCPU, RUN = 0xAE01, 0xAE04, 0xAE41, 0xAE80
SET_MEMORY, GET_SREGS, SET_SREGS, SET_REGS = 0x4020AE46, 0x8138AE83, 0x4138AE84, 0x4090AE82
EXIT_IO, EXIT_HLT, EXIT_MMIO = 2, 5, 6
CODE = bytes([0xba, 0xf8, 0x03,        # again: mov $0x3f8,%dx
              0xec,                    # in (%dx),%al
              0xb0, 0x41,              # mov $'A',%al
              0xee,                    # out %al,(%dx)
              0xbb, 0x00, 0xd0,        # mov $0xd000,%bx
              0x8e, 0xdb,              # mov %bx,%ds
              0xa2, 0x00, 0x00,        # mov %al,(0)
              0xa0, 0x00, 0x00,        # mov (0),%al
              0xf4,                    # hlt
              0xeb, 0xeb])             # jmp again


def main(rounds):
    if not os.path.exists("/dev/kvm"):
        print("there is no /dev/kvm", file=sys.stderr)
        return 77
    kvm = os.open("/dev/kvm", os.O_RDWR)
    vm = fcntl.ioctl(kvm, CREATE_VM, 0)
    memory = mmap.mmap(-1, 0x2000)
    memory[0x1000:0x1000 + len(CODE)] = CODE
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    fcntl.ioctl(vm, SET_MEMORY, struct.pack("IIQQQ", 0, 0, 0, 0x2000, address))
    vcpu = fcntl.ioctl(vm, CREATE_VCPU, 0)
    run = mmap.mmap(vcpu, fcntl.ioctl(kvm, VCPU_MMAP_SIZE, 0))
    sregs = bytearray(fcntl.ioctl(vcpu, GET_SREGS, bytes(0x138)))
    sregs[0:8] = bytes(8)      # cs: base
    sregs[12:14] = bytes(2)    # cs: selector
    fcntl.ioctl(vcpu, SET_SREGS, bytes(sregs))
    fcntl.ioctl(vcpu, SET_REGS, struct.pack("18Q", *[0] * 16, 0x1000, 2))  # rip, rflags
    seen = {}
    while seen.get(EXIT_HLT, 0) < rounds:
        fcntl.ioctl(vcpu, RUN, 0)
        reason = struct.unpack_from("I", run, 8)[0]
        seen[reason] = seen.get(reason, 0) + 1
        if reason not in (EXIT_IO, EXIT_HLT, EXIT_MMIO):
            break
    print("exits:", *(f"{k}={v}" for k, v in sorted(seen.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[-1])))
