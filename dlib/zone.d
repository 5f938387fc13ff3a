/*
 * zone.d - what the zone provider is about: zoneinfo_t, a zone that something happens to
 *
 * Translated from what the zone's programs tell. A reason is that of shutdown, reboot and what follows, "" elsewhere.
 */

struct zone_event {
	uint64_t magic;
	uint32_t what;
	int32_t id;
	uint64_t ns, started, net, net_started;
	char name[64];
	char brand[16];
	char reason[80];
	char path[256];
};

typedef struct zoneinfo {
	zoneid_t zone_id;	/* 0: it is not up */
	string zone_name;
	string zone_brand;	/* linux, sparse, ... */
	string zone_path;	/* its zonepath */
	string zone_reason;	/* who or what made it happen */
} zoneinfo_t;

translator zoneinfo_t < struct zone_event *Z > {
	zone_id = Z->id;
	zone_name = stringof(Z->name);
	zone_brand = stringof(Z->brand);
	zone_path = stringof(Z->path);
	zone_reason = stringof(Z->reason);
};
