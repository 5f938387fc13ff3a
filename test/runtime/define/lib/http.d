/* The support file of provider http: what its arguments are, and how they are translated. */
#pragma D depends_on library net.d

typedef struct {
	uint64_t http_laddr;	/* const char * */
	uint64_t http_raddr;
	uint64_t http_uri;
	uint64_t http_useragent;
	uint64_t http_byteswritten;
} httpproto_t;

typedef struct {
	string hri_uri;
	string hri_useragent;
	uint64_t hri_byteswritten;
} http_reqinfo_t;

#pragma D binding "1.6.1" translator
translator conninfo_t <httpproto_t *dp> {
	ci_local = copyinstr((uintptr_t)*(uint64_t *)copyin((uintptr_t)&dp->http_laddr, sizeof (uint64_t)));
	ci_remote = copyinstr((uintptr_t)*(uint64_t *)copyin((uintptr_t)&dp->http_raddr, sizeof (uint64_t)));
	ci_protocol = "tcp";
};

#pragma D binding "1.6.1" translator
translator http_reqinfo_t <httpproto_t *dp> {
	hri_uri = copyinstr((uintptr_t)*(uint64_t *)copyin((uintptr_t)&dp->http_uri, sizeof (uint64_t)));
	hri_useragent = copyinstr((uintptr_t)*(uint64_t *)copyin((uintptr_t)&dp->http_useragent, sizeof (uint64_t)));
	hri_byteswritten = *(uint64_t *)copyin((uintptr_t)&dp->http_byteswritten, sizeof (uint64_t));
};
