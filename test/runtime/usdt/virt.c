/* a connection to libvirt's own test driver, and its one domain; then both are given back */
void *virConnectOpen(const char *name);
void *virDomainLookupByName(void *conn, const char *name);
int virDomainFree(void *domain);
int virConnectClose(void *conn);

int main(void)
{
	void *conn = virConnectOpen("test:///default");
	void *domain = conn ? virDomainLookupByName(conn, "test") : 0;
	return !domain || virDomainFree(domain) || virConnectClose(conn);
}
