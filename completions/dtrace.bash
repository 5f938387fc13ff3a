# bash completion for dtrace(8); written by gen_tables, do not edit.
_dtrace()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	case $prev in
	-x)
		mapfile -t COMPREPLY < <(compgen -W 'aggrate aggsize aggsortkey aggsortkeypos aggsortpos aggsortrev agghist aggpack aggzoom aggpercpu bufsize bufpolicy bufresize quietresize cpu destructive dynvarsize flowindent grabanon jstackframes nspec quiet rawbytes specsize stackframes stackindent statusrate strsize switchrate temporal unwindsize ustackframes zone printsize noresolve scratchsize maxframes lockmem foldedstacks droptags deadman encoding amin argref cpp cppargs cpphdrs cpppath datamodel debug defaultargs define empty errtags evaltime incdir knodefs libdir nolibs setenv stdc syslibdir tree undef unsetenv pcapsize verbose version zdefs bpflog bpflogsize dump nofeature features flame format ' -- "$cur")
		return;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W 'text json folded' -- "$cur")
		return;;
	-X)
		mapfile -t COMPREPLY < <(compgen -W 'a c s t' -- "$cur")
		return;;
	-I | -L)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return;;
	-P)
		mapfile -t COMPREPLY < <(compgen -W 'dtrace syscall sdt rawtp profile proc sched io vminfo sysinfo ip tcp udp mib kvm cpc lockstat fbt rawfbt pid usdt plockstat zone fsinfo' -- "$cur")
		return;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '-a -A -b -c -C -D -e -f -F -G -h -H -i -I -l -L -m -n -o -p -P -q -s -S -U -v -V -w -x -X -Z --anonymous --flame --format --help --version ' -- "$cur")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -o filenames -F _dtrace dtrace
