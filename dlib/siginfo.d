/* siginfo.d - what came with a signal: siginfo_t, by the names of sigaction(2). Which members mean something depends on si_signo and si_code. */

typedef struct signal_info {
	int si_signo;
	int si_errno;
	int si_code;
	pid_t si_pid;
	uid_t si_uid;
	int si_status;
	caddr_t si_addr;
	long si_band;
	int si_fd;
	int si_timerid;
	int si_overrun;
	int si_syscall;
} siginfo_t;

translator siginfo_t < struct kernel_siginfo *I > {
	si_signo = I->si_signo;
	si_errno = I->si_errno;
	si_code = I->si_code;
	si_pid = I->_sifields._kill._pid;
	si_uid = I->_sifields._kill._uid;
	si_status = I->_sifields._sigchld._status;
	si_addr = (caddr_t)I->_sifields._sigfault._addr;
	si_band = I->_sifields._sigpoll._band;
	si_fd = I->_sifields._sigpoll._fd;
	si_timerid = I->_sifields._timer._tid;
	si_overrun = I->_sifields._timer._overrun;
	si_syscall = I->_sifields._sigsys._syscall;
};
