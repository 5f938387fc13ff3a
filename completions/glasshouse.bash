# bash completion for glasshouse(8)
_glasshouse()
{
	local cur=${COMP_WORDS[COMP_CWORD]} command= verb= i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--data | --url | --token) ((i++)) ;;
		-*) ;;
		*)
			if [ -z "$command" ]; then
				command=${COMP_WORDS[i]}
			elif [ -z "$verb" ]; then
				verb=${COMP_WORDS[i]}
			fi
			;;
		esac
	done
	local words=
	case $command:$verb in
	:) words='run stat dataset threshold alert account token support-bundle help --data --url --token --json --plain --help --version' ;;
	run:*) words='--listen --data' ;;
	stat:*) words="-c --last --key --top --json --plain $(glasshouse stat 2>/dev/null | awk '/^[a-z]/ { print $1 }')" ;;
	dataset:) words='list create show suspend resume save destroy' ;;
	dataset:create) words=$(glasshouse stat 2>/dev/null | awk '/^[a-z]/ { print $1 }') ;;
	dataset:*) words=$(glasshouse dataset list 2>/dev/null | awk 'NR > 1 && /^ *[0-9]/ { print $NF }') ;;
	threshold:) words='list fields add show set delete test' ;;
	threshold:add | threshold:set) words=$(glasshouse threshold fields | awk '/^  [a-z_]+ / { print $1 "=" }') ;;
	threshold:*) words=$(glasshouse threshold list 2>/dev/null | awk 'NR > 1 { print $1 }') ;;
	alert:) words='list follow acknowledge deliveries' ;;
	alert:list | alert:follow) words=--lasting ;;
	account:) words='list add zones password enable disable delete' ;;
	account:add | account:list) words= ;;
	account:*) words=$(glasshouse account list 2>/dev/null | awk 'NR > 1 { print $1 }') ;;
	token:) words='list make revoke' ;;
	token:make) words='--days --account' ;;
	token:revoke) words=$(glasshouse token list 2>/dev/null | awk 'NR > 1 { print $1 }') ;;
	alert:*) words=$(glasshouse alert list 2>/dev/null | awk 'NR > 1 { print $1 }') ;;
	support-bundle:*) words=-o ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace
}
complete -o default -F _glasshouse glasshouse
