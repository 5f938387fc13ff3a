/*
 * send_trap.c - SNMP notifications by net-snmp: traps and informs of versions 2c and 3
 *
 * The objects are those of share/mibs/GLASSHOUSE-MIB.txt. An inform of version 3 asks the receiver for its engine; a
 * trap of version 3 is sent under an engine of ours, which the receiver must know the user of. Blocks: at most TRIES
 * times WAIT_US for an answer. net-snmp keeps users and engines for the whole process: one thread calls this.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "analytics/alert/send.h"
#include "analytics/alert/template.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MIB_ROOT 1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 4417

enum { WAIT_US = 1500000, ENGINE_MAX = 32 };

/* glasshouseNotifications(0).N, glasshouseAlertObjects(1).N.0 */
static const oid notification[] = {MIB_ROOT, 0, 0};
static const oid object[] = {MIB_ROOT, 1, 0, 0};
static const oid sys_up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
static const oid snmp_trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

/* Objects of the MIB, in its order; what template_word() calls them, or "" for numbers. */
static const char *const objects[] = {"",      "name", "severity", "dataset", "key", "value",
				      "limit", "text", "note",	   "began",   "host"};

static void start_library(void)
{
	netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, 0);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	/* Names of objects are not needed. */
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_MIBDIRS, "/nonexistent");
	init_snmp("glasshouse");
}

/* ---- the session ---- */

static int hex(const char *text, u_char *out, size_t max)
{
	size_t n = strlen(text);
	if (n % 2 || n / 2 > max)
		return -1;
	for (size_t i = 0; i < n / 2; i++) {
		unsigned v;
		if (sscanf(text + 2 * i, "%2x", &v) != 1)
			return -1;
		out[i] = (u_char)v;
	}
	return (int)(n / 2);
}

/* RFC 3411: the enterprise with the highest bit set, 5 = octets, eight bytes of our own. */
static int engine(const struct settings *s, const char *install, u_char *out)
{
	static const u_char head[] = {0x80, 0x00, 0x1f, 0x88, 0x05};
	if (s->value[SNMP_ENGINE][0])
		return hex(s->value[SNMP_ENGINE], out, ENGINE_MAX);
	char eight[17];
	snprintf(eight, sizeof(eight), "%.16s", install);
	memcpy(out, head, sizeof(head));
	int n = hex(eight, out + sizeof(head), 8);
	return n < 0 ? -1 : n + (int)sizeof(head);
}

static int keys(struct snmp_session *ss, const struct settings *s)
{
	const char *auth = s->value[SNMP_AUTH_PASSWORD], *priv = s->value[SNMP_PRIV_PASSWORD];
	ss->securityLevel = *priv   ? SNMP_SEC_LEVEL_AUTHPRIV
			    : *auth ? SNMP_SEC_LEVEL_AUTHNOPRIV
				    : SNMP_SEC_LEVEL_NOAUTH;
	if (!*auth)
		return *priv ? -1 : 0;
	ss->securityAuthProto =
	    sc_get_auth_oid(usm_lookup_auth_type(s->value[SNMP_AUTH]), &ss->securityAuthProtoLen);
	ss->securityAuthKeyLen = USM_AUTH_KU_LEN;
	if (!ss->securityAuthProto ||
	    generate_Ku(ss->securityAuthProto, (u_int)ss->securityAuthProtoLen,
			(const u_char *)auth, strlen(auth), ss->securityAuthKey,
			&ss->securityAuthKeyLen) != SNMPERR_SUCCESS)
		return -1;
	if (!*priv)
		return 0;
	ss->securityPrivProto =
	    sc_get_priv_oid(usm_lookup_priv_type(s->value[SNMP_PRIV]), &ss->securityPrivProtoLen);
	ss->securityPrivKeyLen = USM_PRIV_KU_LEN;
	if (!ss->securityPrivProto ||
	    generate_Ku(ss->securityAuthProto, (u_int)ss->securityAuthProtoLen,
			(const u_char *)priv, strlen(priv), ss->securityPrivKey,
			&ss->securityPrivKeyLen) != SNMPERR_SUCCESS)
		return -1;
	return 0;
}

/* Boots and time must never go back for a receiver that remembers them: days and seconds of the clock do not. */
static int secure(struct snmp_session *ss, const struct settings *s, const char *install,
		  bool inform, u_char *id, struct sent_result *r)
{
	ss->securityModel = SNMP_SEC_MODEL_USM;
	ss->securityName = (char *)s->value[SNMP_USER];
	ss->securityNameLen = strlen(ss->securityName);
	if (!ss->securityNameLen || keys(ss, s) < 0) {
		*r = sent(SENT_LATER, "version 3 wants snmp.user, and passwords of 8 characters or "
				      "more for snmp.auth (SHA-256 ..)"
				      " and snmp.priv (AES), in the settings file");
		return -1;
	}
	if (inform)
		return 0;
	int n = engine(s, install, id);
	if (n < 5) {
		*r = sent(SENT_LATER, "snmp.engine: 10 to 64 hex digits are wanted");
		return -1;
	}
	ss->securityEngineID = ss->contextEngineID = id;
	ss->securityEngineIDLen = ss->contextEngineIDLen = (size_t)n;
	int64_t now = (int64_t)time(NULL);
	ss->engineBoots = (u_int)(now / 86400);
	ss->engineTime = (u_int)(now % 86400);
	return 0;
}

/* ---- the message ---- */

static void add_object(netsnmp_pdu *pdu, size_t i, const struct job *j)
{
	oid name[OID_LENGTH(object)];
	memcpy(name, object, sizeof(object));
	name[OID_LENGTH(object) - 2] = i + 1;
	if (i == 0) {
		u_int id = (u_int)j->alert.id;
		snmp_pdu_add_variable(pdu, name, OID_LENGTH(object), ASN_UNSIGNED, &id, sizeof(id));
		return;
	}
	BUF_AUTO text = {0};
	template_word(objects[i], j, &text);
	size_t n = text.n < 255 ? text.n : 255;
	while (n && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
		n--;
	snmp_pdu_add_variable(pdu, name, OID_LENGTH(object), ASN_OCTET_STR, buf_str(&text), n);
}

static netsnmp_pdu *message(const struct job *j, bool inform)
{
	netsnmp_pdu *pdu = snmp_pdu_create(inform ? SNMP_MSG_INFORM : SNMP_MSG_TRAP2);
	if (!pdu)
		return NULL;
	struct timespec up;
	clock_gettime(CLOCK_BOOTTIME, &up);
	u_int ticks = (u_int)(up.tv_sec * 100 + up.tv_nsec / 10000000);
	oid which[OID_LENGTH(notification)];
	memcpy(which, notification, sizeof(notification));
	which[OID_LENGTH(notification) - 1] = j->event == EVENT_POST	 ? 1
					      : j->event == EVENT_REPOST ? 2
					      : j->event == EVENT_CLEAR	 ? 3
									 : 4;
	snmp_pdu_add_variable(pdu, sys_up_time, OID_LENGTH(sys_up_time), ASN_TIMETICKS, &ticks,
			      sizeof(ticks));
	snmp_pdu_add_variable(pdu, snmp_trap_oid, OID_LENGTH(snmp_trap_oid), ASN_OBJECT_ID, which,
			      sizeof(which));
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		add_object(pdu, i, j);
	return pdu;
}

static struct sent_result exchange(void *session, netsnmp_pdu *pdu, bool inform)
{
	netsnmp_pdu *answer = NULL;
	if (!inform) {
		if (snmp_sess_send(session, pdu))
			return sent(SENT_OK, "%s", "");
		snmp_free_pdu(pdu);
		return sent(SENT_LATER, "the trap could not be sent");
	}
	int status = snmp_sess_synch_response(session, pdu, &answer);
	struct sent_result r = sent(SENT_OK, "%s", "");
	if (status == STAT_TIMEOUT)
		r = sent(SENT_LATER, "the receiver did not answer");
	else if (status != STAT_SUCCESS)
		r = sent(SENT_LATER, "the inform could not be sent");
	else if (answer->command == SNMP_MSG_REPORT)
		r = sent(SENT_LATER, "the receiver does not accept the user or its passwords");
	else if (answer->errstat != SNMP_ERR_NOERROR)
		r = sent(SENT_LATER, "the receiver answered: %s",
			 snmp_errstring((int)answer->errstat));
	if (answer)
		snmp_free_pdu(answer);
	return r;
}

struct sent_result trap_send(const struct job *j, const struct settings *s, const char *install)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const char *version = action_param(&j->action, "version"),
		   *ask = action_param(&j->action, "inform");
	bool inform = ask && strcmp(ask, "yes") == 0;
	const char *to = action_param(&j->action, "to");
	char peer[ACTION_TEXT + 16];
	u_char id[ENGINE_MAX + 1];
	struct snmp_session ss;
	struct sent_result r;
	pthread_once(&once, start_library);
	snmp_sess_init(&ss);
	/* host:port; [v6] or several colons are an address of the sixth version. */
	snprintf(peer, sizeof(peer), "%s:%s%s",
		 strchr(to, '[') || strchr(to, ':') != strrchr(to, ':') ? "udp6" : "udp", to,
		 strchr(to, ':') ? "" : ":162");
	ss.peername = peer;
	ss.retries = 0;
	ss.timeout = WAIT_US;
	ss.version = version && strcmp(version, "3") == 0 ? SNMP_VERSION_3 : SNMP_VERSION_2c;
	if (ss.version == SNMP_VERSION_2c) {
		ss.community = (u_char *)s->value[SNMP_COMMUNITY];
		ss.community_len = strlen(s->value[SNMP_COMMUNITY]);
	} else if (secure(&ss, s, install, inform, id, &r) < 0) {
		return r;
	}
	void *session = snmp_sess_open(&ss);
	if (!session) {
		int liberr, syserr;
		char *why = NULL;
		snmp_error(&ss, &liberr, &syserr, &why);
		r = sent(SENT_LATER, "%s: %s", to, why ? why : "cannot be reached");
		free(why);
		return r;
	}
	netsnmp_pdu *pdu = message(j, inform);
	r = pdu ? exchange(session, pdu, inform) : sent(SENT_LATER, "out of memory");
	snmp_sess_close(session);
	return r;
}
