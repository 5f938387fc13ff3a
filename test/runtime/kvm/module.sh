# A kernel that has one of its events of virtual machines in a module, as far as type information tells.
mount -t tmpfs none "$2" 2>/dev/null || { echo "cannot mount"; exit 77; }
grep -q btf_trace_kvm_pio /sys/kernel/btf/vmlinux && [ -e /dev/kvm ] || { echo "no kvm built into the kernel"; exit 77; }
mkdir "$2/btf" && sed 's/btf_trace_kvm_pio/btf_trace_kvm_xxx/' /sys/kernel/btf/vmlinux > "$2/btf/vmlinux" || exit
mount --bind "$2/btf" /sys/kernel/btf || exit 77
$DTRACE -n kvm:::pio-read 2>&1 | grep hint
python3 "$1/test/btf_module.py" "$2/btf/kvm" kvm_pio || exit
$DTRACE -l -P kvm | awk '$2 == "kvm" && /-(read|write)/ {print $3, $4}' | grep -v mmio
$DTRACE -qn 'kvm:kvm::pio-* /pid == $target/ { @[probename, args[0]->vm_name, args[1]] = count(); }' -c 'python3 guest.py -name web1 10'
