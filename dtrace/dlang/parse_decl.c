/*
 * parse_decl.c - C declarations with D's additions
 *
 * A declaration is specifiers (base type, storage class, qualifiers) and declarators. Out comes one
 * struct decl a name; the base type is reduced to a canonical name here ("unsigned long"), the
 * meaning of names is left to sema.
 */
#include "dtrace/dlang/parse_int.h"

#include <string.h>

enum { SIZE_SHORT = 1, SIZE_LONG = 2, SIZE_LONG_LONG = 4, SIGNED = 8, UNSIGNED = 16 };

struct specs {
	struct decl base; /* what every declared name starts from */
	bool has_class, has_type;
	uint32_t attrs;		 /* SIZE_..., SIGNED */
	struct decl *body_owner; /* first name declared with a struct/enum body */
};

typedef VEC(struct decl *) decl_vec;

static void complain(struct parser *p, const char *tag, struct src at, const char *text)
{
	if (!p->panic)
		diag_error(p->d, tag, at, "%s", text);
}

/* --- specifiers --- */

static void set_class(struct parser *p, struct specs *s, enum storage storage)
{
	if (s->has_class)
		complain(p, "D_DECL_CLASS", p->tok.src,
			 "only one storage class allowed in given declaration");
	s->has_class = true;
	s->base.storage = storage;
}

static void set_type(struct parser *p, struct specs *s, const char *name)
{
	if (s->has_type)
		complain(p, "D_DECL_COMBO", p->tok.src, "invalid type combination in declaration");
	s->has_type = true;
	s->base.base = BASE_NAME;
	s->base.base_name = name;
}

static void set_size(struct parser *p, struct specs *s, uint32_t size)
{
	if (size == SIZE_LONG && (s->attrs & SIZE_LONG)) {
		s->attrs &= ~(uint32_t)SIZE_LONG;
		size = SIZE_LONG_LONG;
	} else if (s->attrs & (SIZE_SHORT | SIZE_LONG | SIZE_LONG_LONG)) {
		complain(p, "D_DECL_COMBO", p->tok.src, "invalid type combination in declaration");
	}
	s->attrs |= size;
}

static void set_sign(struct parser *p, struct specs *s, uint32_t sign)
{
	if (s->attrs & (SIGNED | UNSIGNED) & ~sign)
		complain(p, "D_DECL_COMBO", p->tok.src, "invalid type combination in declaration");
	s->attrs |= sign;
}

static struct decl *new_decl(struct parser *p, const struct specs *s)
{
	struct decl *d = arena_new_of(p->a, struct decl);
	*d = s->base;
	return d;
}

static void parse_specs(struct parser *p, struct specs *s);
static void parse_declarator(struct parser *p, struct decl *d);

static void parse_enum_body(struct parser *p, struct specs *s)
{
	VEC(struct enumerator_decl) list = {0};
	parse_expect(p, '{');
	do {
		if (p->tok.kind == '}' && list.n > 0)
			break;
		struct enumerator_decl e = {.name = p->tok.str, .src = p->tok.src};
		parse_expect(p, TOK_IDENT);
		if (parse_accept(p, '='))
			e.value = parse_cond_expr(p);
		*vec_push(&list, p->a) = e;
	} while (parse_accept(p, ','));
	parse_expect(p, '}');
	s->base.enumerators = list.at;
	s->base.nenumerators = (uint32_t)list.n;
}

/* One name of a declaration: a copy of the specifiers with its own declarator. The first owns the
 * body. */
static struct decl *new_declared(struct parser *p, struct specs *s)
{
	struct decl *d = new_decl(p, s);
	d->src = p->tok.src;
	if (!d->has_body)
		return d;
	if (!s->body_owner) {
		s->body_owner = d;
		return d;
	}
	d->shared_body = s->body_owner;
	d->has_body = false;
	d->members = NULL;
	d->enumerators = NULL;
	d->nmembers = d->nenumerators = 0;
	return d;
}

/* int a, *b, c:3;  or  struct {...}; */
static void parse_member_line(struct parser *p, decl_vec *members)
{
	struct specs s = {0};
	parse_specs(p, &s);
	if (p->tok.kind == ';') {
		*vec_push(members, p->a) = new_declared(p, &s);
	} else {
		do {
			struct decl *d = new_declared(p, &s);
			if (p->tok.kind != ':')
				parse_declarator(p, d);
			if (!d->name && p->tok.kind != ':')
				parse_syntax_error(p);
			if (parse_accept(p, ':'))
				d->bit_width = parse_cond_expr(p);
			*vec_push(members, p->a) = d;
		} while (parse_accept(p, ','));
	}
	parse_expect(p, ';');
}

static void parse_member_list(struct parser *p, struct specs *s)
{
	decl_vec members = {0};
	parse_expect(p, '{');
	do
		parse_member_line(p, &members);
	while (!p->panic && p->tok.kind != '}');
	parse_expect(p, '}');
	s->base.members = members.at;
	s->base.nmembers = (uint32_t)members.n;
}

static void parse_tagged(struct parser *p, struct specs *s)
{
	bool is_enum = p->tok.kw == KW_ENUM, is_union = p->tok.kw == KW_UNION;
	set_type(p, s, NULL);
	s->base.base = is_enum ? BASE_ENUM : is_union ? BASE_UNION : BASE_STRUCT;
	parse_advance(p);
	if (p->tok.kind == TOK_IDENT) {
		s->base.base_name = p->tok.str;
		parse_advance(p);
	} else if (p->tok.kind != '{') {
		parse_syntax_error(p);
	}
	if (p->tok.kind != '{')
		return;
	s->base.has_body = true;
	if (!parse_enter(p))
		;
	else if (is_enum)
		parse_enum_body(p, s);
	else
		parse_member_list(p, s);
	parse_leave(p);
}

static bool class_of(enum keyword kw, enum storage *storage)
{
	switch (kw) {
	case KW_AUTO:
		*storage = STORAGE_AUTO;
		return true;
	case KW_REGISTER:
		*storage = STORAGE_REGISTER;
		return true;
	case KW_STATIC:
		*storage = STORAGE_STATIC;
		return true;
	case KW_EXTERN:
		*storage = STORAGE_EXTERN;
		return true;
	case KW_TYPEDEF:
		*storage = STORAGE_TYPEDEF;
		return true;
	case KW_SELF:
		*storage = STORAGE_SELF;
		return true;
	case KW_THIS:
		*storage = STORAGE_THIS;
		return true;
	default:
		return false;
	}
}

static uint8_t qual_of(enum keyword kw)
{
	return kw == KW_CONST	   ? QUAL_CONST
	       : kw == KW_VOLATILE ? QUAL_VOLATILE
	       : kw == KW_RESTRICT ? QUAL_RESTRICT
				   : 0;
}

/* The current keyword as a type specifier; false when it is none. */
static bool apply_type_keyword(struct parser *p, struct specs *s)
{
	switch (p->tok.kw) {
	case KW_VOID:
	case KW_CHAR:
	case KW_INT:
	case KW_FLOAT:
	case KW_DOUBLE:
	case KW_STRING:
		set_type(p, s, p->tok.str);
		break;
	case KW_SHORT:
		set_size(p, s, SIZE_SHORT);
		break;
	case KW_LONG:
		set_size(p, s, SIZE_LONG);
		break;
	case KW_SIGNED:
		set_sign(p, s, SIGNED);
		break;
	case KW_UNSIGNED:
		set_sign(p, s, UNSIGNED);
		break;
	case KW_USERLAND:
		s->base.userland = true;
		break;
	default:
		return false;
	}
	parse_advance(p);
	return true;
}

static bool apply_keyword(struct parser *p, struct specs *s)
{
	enum storage storage;
	enum keyword kw = p->tok.kw;
	if (class_of(kw, &storage)) {
		set_class(p, s, storage);
		parse_advance(p);
	} else if (qual_of(kw)) {
		s->base.quals |= qual_of(kw);
		parse_advance(p);
	} else if (kw == KW_STRUCT || kw == KW_UNION || kw == KW_ENUM) {
		parse_tagged(p, s);
	} else {
		return apply_type_keyword(p, s);
	}
	return true;
}

/* Is the current word the name of a parameter, though D has another use for it? */
static bool is_word_as_name(struct parser *p)
{
	if (!p->opts->definitions || p->tok.kind != TOK_KEYWORD)
		return false;
	switch (p->tok.kw) {
	case KW_COUNTER:
	case KW_IMPORT:
	case KW_INLINE:
	case KW_OFFSETOF:
	case KW_PROBE:
	case KW_PROVIDER:
	case KW_SELF:
	case KW_STRING:
	case KW_STRINGOF:
	case KW_THIS:
	case KW_TRANSLATOR:
	case KW_USERLAND:
	case KW_XLATE: {
		int next = parse_peek(p).kind;
		return next == ',' || next == ')' || next == '[';
	}
	default:
		return false;
	}
}

/* Behind `unsigned`: is this type name rather the name that is declared? */
static bool ends_declarator(int kind)
{
	return kind == ';' || kind == ',' || kind == '[' || kind == '(' || kind == ')' ||
	       kind == ':' || kind == '=' || kind == ']' || kind == '>';
}

/* The current identifier as a type name; false when it is a name being declared. */
static bool apply_type_name(struct parser *p, struct specs *s)
{
	if (s->has_type)
		return false;
	/* Before the name is looked up: that may be a search through all of the kernel's types. */
	if (s->attrs && ends_declarator(parse_peek(p).kind))
		return false;
	if (!parse_name_is_type(p, p->tok.str) && (!p->any_type || s->attrs))
		return false;
	set_type(p, s, p->tok.str);
	parse_advance(p);
	return true;
}

static void check_specs(struct parser *p, const struct specs *s, struct src at)
{
	const char *name = s->base.base == BASE_NAME ? s->base.base_name : NULL;
	uint32_t sizes = SIZE_SHORT | SIZE_LONG | SIZE_LONG_LONG;
	if (!s->has_type || !s->attrs)
		return;
	bool is_void = name && strcmp(name, "void") == 0;
	bool is_char = name && strcmp(name, "char") == 0;
	bool is_int = name && strcmp(name, "int") == 0;
	bool is_float = name && (strcmp(name, "float") == 0 || strcmp(name, "double") == 0);
	if (is_char && (s->attrs & sizes))
		complain(p, "D_DECL_CHARATTR", at,
			 "invalid type declaration: short and long may not be used with char type");
	else if (is_void)
		complain(p, "D_DECL_VOIDATTR", at,
			 "invalid type declaration: attributes may not be used with void type");
	else if (!is_char && !is_int && (s->attrs & (SIGNED | UNSIGNED)))
		complain(p, "D_DECL_SIGNINT", at,
			 "invalid type declaration: signed and unsigned may only be used with "
			 "integer type");
	else if (!is_int && !is_float && (s->attrs & (SIZE_LONG | SIZE_LONG_LONG)))
		complain(p, "D_DECL_LONGINT", at,
			 "invalid type declaration: long and long long may only be used with "
			 "integer or floating-point type");
	else if ((s->attrs & SIZE_SHORT) && !is_int)
		complain(p, "D_DECL_COMBO", at, "invalid type combination in declaration");
}

static const char *canonical_int(uint32_t attrs)
{
	bool u = attrs & UNSIGNED;
	if (attrs & SIZE_SHORT)
		return u ? "unsigned short" : "short";
	if (attrs & SIZE_LONG)
		return u ? "unsigned long" : "long";
	if (attrs & SIZE_LONG_LONG)
		return u ? "unsigned long long" : "long long";
	return u ? "unsigned int" : "int";
}

static void canonicalise(struct specs *s)
{
	if (!s->has_type || (s->base.base_name && strcmp(s->base.base_name, "int") == 0 &&
			     s->base.base == BASE_NAME)) {
		s->base.base = BASE_NAME;
		s->base.base_name = canonical_int(s->attrs);
	} else if (s->base.base == BASE_NAME && strcmp(s->base.base_name, "char") == 0) {
		if (s->attrs & (SIGNED | UNSIGNED))
			s->base.base_name = s->attrs & UNSIGNED ? "unsigned char" : "signed char";
	} else if (s->base.base == BASE_NAME && strcmp(s->base.base_name, "double") == 0) {
		if (s->attrs & (SIZE_LONG | SIZE_LONG_LONG))
			s->base.base_name = "long double";
	}
}

static void parse_specs(struct parser *p, struct specs *s)
{
	bool any = false;
	s->base.src = p->tok.src;
	s->base.system = p->lx.in_system;
	while (!p->panic && !((s->has_type || s->attrs) && is_word_as_name(p))) {
		if (p->tok.kind == TOK_KEYWORD ? !apply_keyword(p, s)
					       : p->tok.kind != TOK_IDENT || !apply_type_name(p, s))
			break;
		any = true;
	}
	if (!any)
		parse_syntax_error(p);
	check_specs(p, s, s->base.src);
	canonicalise(s);
}

bool parse_starts_type(struct parser *p, const struct token *t)
{
	if (t->kind == TOK_IDENT)
		return parse_name_is_type(p, t->str);
	if (t->kind != TOK_KEYWORD)
		return false;
	switch (t->kw) {
	case KW_CHAR:
	case KW_CONST:
	case KW_DOUBLE:
	case KW_ENUM:
	case KW_FLOAT:
	case KW_INT:
	case KW_LONG:
	case KW_RESTRICT:
	case KW_SHORT:
	case KW_SIGNED:
	case KW_STRING:
	case KW_STRUCT:
	case KW_UNION:
	case KW_UNSIGNED:
	case KW_USERLAND:
	case KW_VOID:
	case KW_VOLATILE:
		return true;
	default:
		return false;
	}
}

/* --- declarators --- */

/* The derivations of one declarator while it is parsed, from the name outwards. */
struct derivations {
	struct declarator *first, **end;
	uint32_t n;
};

static struct declarator *new_derivation(struct parser *p, enum declarator_kind kind)
{
	struct declarator *dr = arena_new_of(p->a, struct declarator);
	dr->kind = kind;
	return dr;
}

static void add_derivation(struct parser *p, struct derivations *ds, struct declarator *dr)
{
	*ds->end = dr;
	while (*ds->end) {
		ds->end = &(*ds->end)->next;
		ds->n++;
	}
	if (ds->n > DERIVATIONS_MAX)
		parse_fail(p, "D_SYNTAX", "declaration is nested too deeply");
}

static struct decl *parse_param(struct parser *p)
{
	struct specs s = {0};
	parse_specs(p, &s);
	if (s.has_class && s.base.storage != STORAGE_REGISTER)
		complain(p, "D_DECL_PARMCLASS", s.base.src,
			 "inappropriate storage class for function or associative array parameter");
	struct decl *d = new_declared(p, &s);
	d->storage = STORAGE_AUTO;
	parse_declarator(p, d);
	return d;
}

static bool is_plain_void(const struct decl *d)
{
	return d->base == BASE_NAME && strcmp(d->base_name, "void") == 0 && !d->declarator &&
	       !d->name;
}

struct declarator *parse_params(struct parser *p, enum declarator_kind kind, int close)
{
	struct declarator *dr = new_derivation(p, kind);
	decl_vec params = {0};
	if (p->tok.kind != close) {
		do {
			dr->variadic = parse_accept(p, TOK_ELLIPSIS);
			if (!dr->variadic)
				*vec_push(&params, p->a) = parse_param(p);
		} while (!dr->variadic && parse_accept(p, ','));
	}
	parse_expect(p, close);
	if (kind == DECL_FUNC && params.n == 1 && is_plain_void(params.at[0]))
		params.n = 0; /* (void) */
	dr->params = params.at;
	dr->nparams = (uint32_t)params.n;
	return dr;
}

static struct declarator *parse_brackets(struct parser *p)
{
	enum storage ignored;
	if (p->tok.kind == TOK_ELLIPSIS || parse_starts_type(p, &p->tok) ||
	    (p->tok.kind == TOK_KEYWORD && !parse_is_kw(p, KW_SELF) && !parse_is_kw(p, KW_THIS) &&
	     class_of(p->tok.kw, &ignored)))
		return parse_params(p, DECL_ASSOC, ']');
	struct declarator *dr = new_derivation(p, DECL_ARRAY);
	if (p->tok.kind != ']')
		dr->size = parse_cond_expr(p);
	parse_expect(p, ']');
	return dr;
}

static void parse_derivations(struct parser *p, struct decl *d, struct derivations *out);

/* Behind a ( where no name has been seen: a nested declarator, or the parameters of an unnamed
 * function? */
static bool nested_declarator_follows(struct parser *p)
{
	struct token next = parse_peek(p);
	return next.kind == '*' || next.kind == '(' || next.kind == '[' ||
	       (next.kind == TOK_IDENT && !parse_name_is_type(p, next.str));
}

static void parse_direct(struct parser *p, struct decl *d, struct derivations *ds)
{
	if (p->tok.kind == TOK_IDENT || is_word_as_name(p)) {
		d->name = p->tok.str;
		d->src = p->tok.src;
		parse_advance(p);
	} else if (p->tok.kind == '(' && nested_declarator_follows(p)) {
		struct derivations inner;
		parse_advance(p);
		parse_derivations(p, d, &inner);
		parse_expect(p, ')');
		add_derivation(p, ds, inner.first);
	}
	while (p->tok.kind == '[' || p->tok.kind == '(') {
		bool array = p->tok.kind == '[';
		parse_advance(p);
		add_derivation(p, ds, array ? parse_brackets(p) : parse_params(p, DECL_FUNC, ')'));
	}
}

static struct declarator *parse_pointer(struct parser *p)
{
	struct declarator *dr = new_derivation(p, DECL_PTR);
	while (p->tok.kind == TOK_KEYWORD && qual_of(p->tok.kw)) {
		dr->quals |= qual_of(p->tok.kw);
		parse_advance(p);
	}
	return dr;
}

static void parse_derivations(struct parser *p, struct decl *d, struct derivations *ds)
{
	struct declarator *pointers = NULL; /* the last * is nearest to the name */
	uint32_t n = 0;
	*ds = (struct derivations){.end = &ds->first};
	if (parse_enter(p)) {
		while (n++ <= DERIVATIONS_MAX && parse_accept(p, '*')) {
			struct declarator *dr = parse_pointer(p);
			dr->next = pointers;
			pointers = dr;
		}
		parse_direct(p, d, ds);
		add_derivation(p, ds, pointers);
	}
	parse_leave(p);
}

static void parse_declarator(struct parser *p, struct decl *d)
{
	struct derivations ds;
	parse_derivations(p, d, &ds);
	d->declarator = ds.first;
}

/* --- whole declarations --- */

struct decl *parse_type_name(struct parser *p)
{
	struct specs s = {0};
	if (!parse_starts_type(p, &p->tok))
		parse_syntax_error(p);
	parse_specs(p, &s);
	struct decl *d = new_declared(p, &s);
	parse_declarator(p, d);
	if (d->name)
		parse_syntax_error(p);
	return d;
}

static void check_class(struct parser *p, const struct decl *d, bool explicit_class)
{
	if (explicit_class && !d->system &&
	    (d->storage == STORAGE_AUTO || d->storage == STORAGE_REGISTER ||
	     d->storage == STORAGE_STATIC))
		complain(p, "D_DECL_BADCLASS", d->src,
			 "specified storage class not appropriate in D");
}

struct decl *parse_named_decl(struct parser *p)
{
	struct specs s = {0};
	parse_specs(p, &s);
	struct decl *d = new_declared(p, &s);
	parse_declarator(p, d);
	if (!d->name)
		parse_syntax_error(p);
	check_class(p, d, s.has_class);
	return d;
}

static void declare(struct parser *p, const struct decl *d)
{
	if (p->panic)
		return;
	if (parse_name_declared_type(p, d->name) && !d->system)
		diag_error(p->d, "D_DECL_IDRED", d->src, "identifier redeclared: %s", d->name);
	else if (d->storage == STORAGE_TYPEDEF)
		parse_declare_type(p, d->name);
	else if (d->storage != STORAGE_SELF && d->storage != STORAGE_THIS)
		parse_declare_var(p, d->name);
}

static void parse_one_declared(struct parser *p, struct specs *s)
{
	struct decl *d = new_declared(p, s);
	parse_declarator(p, d);
	if (!d->name)
		parse_syntax_error(p);
	check_class(p, d, s->has_class);
	declare(p, d);
	if (!p->panic)
		parse_new_item(p, ITEM_DECL)->decl = d;
}

/* Headers of the system have inline functions, which D has no use for. */
static bool skip_function_body(struct parser *p)
{
	if (!p->lx.in_system || p->tok.kind != '{')
		return false;
	for (unsigned depth = 0; !p->panic && p->tok.kind != TOK_EOF; parse_advance(p)) {
		depth += p->tok.kind == '{';
		depth -= p->tok.kind == '}';
		if (depth == 0)
			break;
	}
	parse_end_item(p, '}');
	return true;
}

void parse_declaration(struct parser *p)
{
	struct specs s = {0};
	parse_specs(p, &s);
	if (p->tok.kind == ';') {
		parse_new_item(p, ITEM_DECL)->decl = new_declared(p, &s);
	} else {
		do
			parse_one_declared(p, &s);
		while (parse_accept(p, ','));
		if (!p->panic && skip_function_body(p))
			return;
	}
	parse_end_item(p, ';');
}
