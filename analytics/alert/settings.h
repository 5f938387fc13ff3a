/*
 * settings.h - where mail, traps and hooks go through: a file that only the daemon and root can read
 *
 * Lines "name = value"; '#' begins a comment line. Read again whenever it has changed.
 *
 *	smtp.server   smtp://localhost:25     smtp:// or smtps://, host and port
 *	smtp.from     glasshouse@HOST
 *	smtp.tls      required                required, try, none; where nothing is said and the server is
 *	                                      this host: none
 *	smtp.ca                               file of certificates to trust instead of the system's
 *	smtp.user, smtp.password
 *	webhook.token                         sent as "Authorization: Bearer TOKEN"
 *	webhook.ca
 *	snmp.community public                 of version 2c
 *	snmp.user, snmp.auth, snmp.auth_password, snmp.priv, snmp.priv_password
 *	                                      of version 3; auth: SHA-256 (SHA, SHA-224 .. SHA-512); priv: AES
 *	snmp.engine                           our engine id as hex digits, for traps (not informs) of version 3
 *	run.folder    /etc/glasshouse/actions where the programs of "run" are
 *	run.user      nobody                  as whom they run, when the daemon is root
 */
#ifndef ALERT_SETTINGS_H
#define ALERT_SETTINGS_H

#include "base/err.h"

#include <stdbool.h>
#include <sys/stat.h>

enum setting {
	SMTP_SERVER,
	SMTP_FROM,
	SMTP_TLS,
	SMTP_CA,
	SMTP_USER,
	SMTP_PASSWORD,
	WEBHOOK_TOKEN,
	WEBHOOK_CA,
	SNMP_COMMUNITY,
	SNMP_USER,
	SNMP_AUTH,
	SNMP_AUTH_PASSWORD,
	SNMP_PRIV,
	SNMP_PRIV_PASSWORD,
	SNMP_ENGINE,
	RUN_FOLDER,
	RUN_USER,
	SETTINGS, /* how many */
};
enum { SETTING_TEXT = 256 };

struct settings {
	char path[1024];
	struct stat seen; /* of the file that was read */
	char value[SETTINGS][SETTING_TEXT];
};

/* Defaults, then the file; path NULL or nothing there: defaults only. -1 and *e that names file, line and what is wrong; also
 * when others can read a file that has a secret in it. */
int settings_load(struct settings *s, const char *path, struct err *e);
/* Reads again what has changed. On an error the old values stay. */
int settings_refresh(struct settings *s, struct err *e);
/* Names of settings, and whether what stands there is nobody's business. */
const char *setting_name(enum setting i);
bool setting_secret(enum setting i);

#endif
