/*
 * account.c - glasshouse account, token: who may ask, and by what
 *
 * A password is never an argument, which other users would see: it is asked for on a terminal, else it is the first line
 * of what comes in.
 */
#include "cmd/glasshouse/glasshouse.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { PASSWORD_BYTES = 512 };

/* One line without its end; what is typed does not show. */
static int read_secret(const char *prompt, char out[PASSWORD_BYTES], struct err *e)
{
	struct termios was, quiet;
	bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &was) == 0;
	if (terminal) {
		quiet = was;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		fputs(prompt, stderr);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	bool got = fgets(out, PASSWORD_BYTES, stdin) != NULL;
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	if (!got)
		return err_set(e, EINVAL, "a password is wanted: type it, or send it as a line");
	out[strcspn(out, "\r\n")] = '\0';
	return 0;
}

static int read_password(char out[PASSWORD_BYTES], struct err *e)
{
	char again[PASSWORD_BYTES];
	int status = read_secret("Password: ", out, e);
	if (status == 0 && isatty(STDIN_FILENO)) {
		status = read_secret("Again: ", again, e);
		if (status == 0 && strcmp(out, again) != 0)
			status = err_set(e, EINVAL, "these are two passwords");
	}
	explicit_bzero(again, sizeof(again));
	return status;
}

/* ---- accounts ---- */

static void print_zones(const json_t *account)
{
	size_t i;
	json_t *z, *zones = json_object_get(account, "zones");
	json_array_foreach(zones, i, z) printf("%s%s", i ? "," : "", json_string_value(z));
	puts(json_array_size(zones) ? "" : "all");
}

static int list_accounts(struct options *o)
{
	struct err e = {0};
	size_t i;
	json_t *a, *j = client_ask(o, "GET", "accounts", NULL, &e);
	if (!j)
		return complain(&e);
	if (o->json)
		return client_print(j);
	printf("%-20s %-8s %-8s %6s %-19s %s\n", "NAME", "ROLE", "STATE", "TOKENS", "USED",
	       "ZONES");
	json_array_foreach(json_object_get(j, "accounts"), i, a)
	{
		bool disabled = json_is_true(json_object_get(a, "disabled"));
		printf("%-20s %-8s %-8s %6.0f ", member(a, "name"), member(a, "role"),
		       disabled ? "disabled" : "enabled", number(a, "tokens"));
		print_time(number(a, "used"));
		print_zones(a);
	}
	json_decref(j);
	return E_OK;
}

/* Role and zones of an account that is there, as the API takes them; NULL and *e. */
static json_t *account_body(struct options *o, const char *name, struct err *e)
{
	size_t i;
	json_t *a, *body = NULL, *j = client_ask(o, "GET", "accounts", NULL, e);
	json_array_foreach(json_object_get(j, "accounts"), i, a)
	{
		if (strcmp(member(a, "name"), name) == 0)
			body = json_pack("{sssO}", "role", member(a, "role"), "zones",
					 json_object_get(a, "zones"));
	}
	if (j && !body)
		err_set(e, ENOENT, "there is no account %s", name);
	json_decref(j);
	return body;
}

/* The role and zones of words: none, an operator's. */
static json_t *body_of_zones(char **zones, int n)
{
	json_t *list = json_array();
	for (int i = 0; i < n; i++)
		json_array_append_new(list, json_string(zones[i]));
	return json_pack("{ssso}", "role", n ? "tenant" : "operator", "zones", list);
}

static int put_account(struct options *o, const char *name, json_t *body, bool password,
		       struct err *e)
{
	char path[256], secret[PASSWORD_BYTES] = "";
	if (!body || (password && read_password(secret, e) < 0)) {
		json_decref(body);
		return complain(e);
	}
	if (password)
		json_object_set_new(body, "password", json_string(secret));
	explicit_bzero(secret, sizeof(secret));
	client_path(path, sizeof(path), "accounts", name, "");
	return client_once(o, "PUT", path, body, false);
}

static int change_account(struct options *o, const char *verb, int argc, char **argv)
{
	struct err e = {0};
	const char *name = argv[0];
	char path[256];
	json_t *body;
	if (strcmp(verb, "zones") == 0) {
		if (argc < 2)
			return misused("account zones: the zones are wanted, or --operator");
		bool operator= argc == 2 && strcmp(argv[1], "--operator") == 0;
		return put_account(o, name, body_of_zones(argv + 1, operator? 0 : argc - 1), false,
				   &e);
	}
	if (argc > 1)
		return misused("account %s: the name of an account is all it takes", verb);
	if (strcmp(verb, "delete") == 0) {
		client_path(path, sizeof(path), "accounts", name, "");
		return client_once(o, "DELETE", path, NULL, false);
	}
	body = account_body(o, name, &e);
	if (body && strcmp(verb, "password") != 0)
		json_object_set_new(body, "disabled", json_boolean(strcmp(verb, "disable") == 0));
	return put_account(o, name, body, strcmp(verb, "password") == 0, &e);
}

int cmd_account(int argc, char **argv, struct options *o)
{
	static const char *const verbs[] = {"add",    "zones",	 "password",
					    "enable", "disable", "delete"};
	struct err e = {0};
	const char *verb = argc > 1 ? argv[1] : "list";
	bool known = false;
	if (strcmp(verb, "list") == 0)
		return argc > 2 ? misused("account list: nothing follows") : list_accounts(o);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		known = known || strcmp(verb, verbs[i]) == 0;
	if (!known)
		return misused(
		    "account: there is no command '%s' (list, add, zones, password, enable, "
		    "disable, delete)",
		    verb);
	if (argc < 3)
		return misused("account %s: the name of an account is wanted", verb);
	if (strcmp(verb, "add") == 0)
		return put_account(o, argv[2], body_of_zones(argv + 3, argc - 3), true, &e);
	return change_account(o, verb, argc - 2, argv + 2);
}

/* ---- tokens ---- */

static int list_tokens(struct options *o, const char *account)
{
	struct err e = {0};
	size_t i;
	char path[256];
	char *quoted = client_quote(account);
	snprintf(path, sizeof(path), "tokens?account=%s", quoted ? quoted : "");
	free(quoted);
	json_t *t, *j = client_ask(o, "GET", path, NULL, &e);
	if (!j)
		return complain(&e);
	if (o->json)
		return client_print(j);
	printf("%6s %-20s %-7s %-19s %-19s %s\n", "ID", "ACCOUNT", "KIND", "USED", "EXPIRES",
	       "LABEL");
	json_array_foreach(json_object_get(j, "tokens"), i, t)
	{
		bool session = json_is_true(json_object_get(t, "session"));
		printf("%6.0f %-20s %-7s ", number(t, "id"), member(t, "account"),
		       session ? "session" : "token");
		print_time(number(t, "used"));
		print_time(number(t, "expires"));
		puts(member(t, "label"));
	}
	json_decref(j);
	return E_OK;
}

/* LABEL [--days N] [--account NAME]: prints the token, which nobody can show again. */
static int make_token(struct options *o, int argc, char **argv)
{
	struct err e = {0};
	json_t *body = json_pack("{ss}", "label", argv[0]);
	for (int i = 1; i < argc; i += 2) {
		char *end = "";
		long days = 0;
		bool known = strcmp(argv[i], "--days") == 0 || strcmp(argv[i], "--account") == 0;
		if (known && argv[i][2] == 'd' && i + 1 < argc)
			days = strtol(argv[i + 1], &end, 10);
		if (!known || i + 1 == argc || *end || days < 0) {
			json_decref(body);
			return misused("token make: LABEL [--days N] [--account NAME]");
		}
		if (argv[i][2] == 'd')
			json_object_set_new(body, "days", json_integer(days));
		else
			json_object_set_new(body, "account", json_string(argv[i + 1]));
	}
	json_t *j = client_ask(o, "POST", "tokens", body, &e);
	if (!j)
		return complain(&e);
	if (o->json)
		return client_print(j);
	puts(member(j, "token"));
	json_decref(j);
	return E_OK;
}

int cmd_token(int argc, char **argv, struct options *o)
{
	const char *verb = argc > 1 ? argv[1] : "list";
	char path[256];
	if (strcmp(verb, "list") == 0)
		return argc > 3 ? misused("token list: the name of one account may follow")
				: list_tokens(o, argc == 3 ? argv[2] : "*");
	if (strcmp(verb, "make") != 0 && strcmp(verb, "revoke") != 0)
		return misused("token: there is no command '%s' (list, make, revoke)", verb);
	if (argc < 3)
		return misused("token %s: %s", verb,
			       verb[0] == 'm' ? "a label is wanted, what it is for"
					      : "the number of a token is wanted");
	if (verb[0] == 'm')
		return make_token(o, argc - 2, argv + 2);
	if (argc > 3)
		return misused("token revoke: one number");
	client_path(path, sizeof(path), "tokens", argv[2], "");
	return client_once(o, "DELETE", path, NULL, false);
}
