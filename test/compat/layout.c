/*
 * layout.c - sizes and offsets of glasshouse/dtrace.h as the compiler has them: "struct member number"
 *
 * The Python package declares the same structures; a test compares.
 */
#include <glasshouse/dtrace.h>

#define SIZE(s)	     printf(#s " sizeof %zu\n", sizeof(struct s))
#define AT(s, field) printf(#s " " #field " %zu\n", offsetof(struct s, field))

int main(void)
{
	SIZE(err);
	AT(err, code);
	AT(err, text);
	SIZE(session_source);
	AT(session_source, text);
	AT(session_source, len);
	AT(session_source, filename);
	AT(session_source, level);
	AT(session_source, is_file);
	AT(session_source, argc);
	AT(session_source, argv);
	AT(session_source, cpp);
	AT(session_source, flags);
	SIZE(session_program_info);
	AT(session_program_info, matches);
	SIZE(session_probe);
	AT(session_probe, id);
	AT(session_probe, provider);
	AT(session_probe, module);
	AT(session_probe, function);
	AT(session_probe, name);
	SIZE(session_value);
	AT(session_value, kind);
	AT(session_value, shown_as);
	AT(session_value, is_signed);
	AT(session_value, size);
	AT(session_value, d_size);
	AT(session_value, arg);
	AT(session_value, data);
	SIZE(session_action);
	AT(session_action, act);
	AT(session_action, format);
	AT(session_action, values);
	AT(session_action, nvalues);
	AT(session_action, aggs);
	AT(session_action, naggs);
	SIZE(session_record);
	AT(session_record, probe);
	AT(session_record, clause);
	AT(session_record, epid);
	AT(session_record, cpu);
	AT(session_record, stamp);
	AT(session_record, flow);
	AT(session_record, prefix);
	AT(session_record, indent);
	AT(session_record, actions);
	AT(session_record, nactions);
	SIZE(session_agg);
	AT(session_agg, id);
	AT(session_agg, name);
	AT(session_agg, func);
	AT(session_agg, is_signed);
	AT(session_agg, printed);
	AT(session_agg, base);
	AT(session_agg, limit);
	AT(session_agg, step);
	AT(session_agg, factor);
	AT(session_agg, low);
	AT(session_agg, high);
	AT(session_agg, steps);
	AT(session_agg, nkeys);
	AT(session_agg, nbuckets);
	SIZE(session_entry);
	AT(session_entry, agg);
	AT(session_entry, keys);
	AT(session_entry, words);
	AT(session_entry, nwords);
	AT(session_entry, value);
	AT(session_entry, normal);
	AT(session_entry, index);
	SIZE(session_order);
	AT(session_order, by);
	AT(session_order, reverse);
	AT(session_order, across);
	SIZE(session_error);
	AT(session_error, probe);
	AT(session_error, cpu);
	AT(session_error, epid);
	AT(session_error, action);
	AT(session_error, offset);
	AT(session_error, fault);
	AT(session_error, address);
	AT(session_error, text);
	SIZE(session_drop);
	AT(session_drop, kind);
	AT(session_drop, cpu);
	AT(session_drop, count);
	AT(session_drop, total);
	AT(session_drop, text);
	AT(session_drop, remedy);
	SIZE(session_text);
	AT(session_text, text);
	AT(session_text, bytes);
	AT(session_text, record);
	AT(session_text, action);
	AT(session_text, entry);
	AT(session_text, part);
	AT(session_text, key);
	AT(session_text, last);
	SIZE(session_ops);
	AT(session_ops, error);
	AT(session_ops, drop);
	AT(session_ops, warning);
	AT(session_ops, text);
	AT(session_ops, record);
	AT(session_ops, action);
	AT(session_ops, option);
	AT(session_ops, file);
	AT(session_ops, arg);
	AT(session_ops, explain);
	AT(session_ops, bare);
	return 0;
}
