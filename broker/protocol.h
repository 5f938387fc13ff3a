/*
 * protocol.h - what dtraced and its clients say to each other, version 1
 *
 * A stream unix socket, /run/glasshouse/dtraced.sock. Who asks is what the kernel says of the peer
 * (SO_PEERCRED, SO_PEERGROUPS), never what the peer says of itself. A message is a header of 12 bytes
 * and a body. Numbers of the header are little-endian:
 *
 *	offset	bytes	what
 *	0	4	length of the body, at most WIRE_MAX_BODY
 *	4	2	type, enum wire_type
 *	6	2	0
 *	8	4	session: chosen by the client, not 0; 0 in messages of the connection
 *
 * A body is a sequence of fields without padding; it must be used up exactly:
 *
 *	u	unsigned, LEB128: 7 bits a byte, least first, bit 7 set on all but the last; at most 64 bits
 *	i	signed: u of (v << 1) ^ (v >> 63)
 *	s	text: u bytes, then as many bytes, none of them NUL, then a NUL
 *	b	bytes: u bytes, then as many of any value
 *	n*(..)	u count, then as many groups
 *
 * ---- Messages of the client ----
 *
 *	type	   session  body
 *	HELLO	   0	u WIRE_MAGIC, u least version, u greatest version, s name of the program. The first
 *			message, answered by WELCOME or REFUSED
 *	OPEN	   yes	s name (for messages), s D text, u flags WIRE_OPEN_*, u keys a second (0: the most there
 *			is, WIRE_MAX_KEYS), n*(s option, s value ("" for flags)), n*(s macro argument). Answered by
 *			OPENED or FAILED
 *	SUSPEND	   yes	-: stops counting and sending; keys stay known. Answered by STATE
 *	RESUME	   yes	-: goes on; what happened in between is not counted. Answered by STATE
 *	CLOSE	   yes	-: everything of it goes. Answered by CLOSED. The number is free again after that
 *	PING	   0	u: comes back as PONG
 *	COMMAND	   yes	a run of dtrace(8); takes the connection, which may have no session then. See below
 *	INTERRUPT  yes	-: as a signal would: the first ends tracing, the second drops what is left
 *	DONE	   yes	i: answer to SYSTEM (status as wait(2) has it), FILE (errno, 0 when done) and START (0)
 *
 * ---- Messages of dtraced ----
 *
 *	WELCOME	   0	u version, s name and version of the server, u sessions that the connection may have,
 *			s zone that the peer was found in
 *	REFUSED	   0	u errno value, s text: the connection ends
 *	PONG	   0	u
 *	OPENED	   yes	u probes, n*(aggregation: s name, u function (enum session_agg_func), u 1 when signed,
 *			u keys in its tuple, n*(i least value of a bucket, ascending; 0 of them unless it is a
 *			distribution)). Bucket k reaches to the least value of k + 1, less 1
 *	FAILED	   yes	u errno value, s first line, s all diagnostics with their places. The number is free again
 *	STATE	   yes	u 1 when it is active, 0 when it is suspended
 *	KEYS	   yes	u aggregation, n*(u key id, n*(s part of the key)): ids that frames use from now on
 *	FORGET	   yes	u aggregation: none of its ids means anything any more, save 0 and 1
 *	FRAME	   yes	what one aggregation counted in one second:
 *			u second, u aggregation,
 *			n*(u key id, i value, u count, i sum, n*(u bucket less that before (the first: itself),
 *			u count)). See "Frames"
 *	SECOND	   yes	closes the second of the session, after its frames, also when there were none:
 *			u second, u flags WIRE_SECOND_*, u events lost, u seconds lost before this one, u runs of its
 *			BPF programs, u ns they took, u entries that were added to "other"
 *	RECORD	   yes	u stamp, u CPU, u clause, s "provider:module:function:name", n*(u kind WIRE_VALUE_*,
 *			i value, s text: one of the two)
 *	NOTE	   yes	u kind WIRE_NOTE_*, u count, s text: faults, drops, warnings
 *	CLOSED	   yes	u errno value (0: asked for, or exit()), i exit status, s text
 *	TEXT	   yes	u channel WIRE_TO_*, b bytes
 *	SYSTEM	   yes	s command: to be run by the client as itself, answered by DONE
 *	FILE	   yes	u WIRE_FILE_*, s name: where output, or the flame graph, goes from now on; answered by
 *			DONE
 *	START	   yes	-: tracing has begun: commands of -c may run, answered by DONE
 *	EXIT	   yes	i: exit status of the command; the last message
 *
 * ---- Frames ----
 *
 * Seconds are those of CLOCK_REALTIME; a frame is named by the second at whose beginning its interval
 * ends. Values are what was counted in the interval, not since the beginning:
 *
 *	function	value			count			sum
 *	count		how often		0			0
 *	sum		the sum			0			0
 *	avg, stddev	average			values			their sum
 *	min, max	least, greatest		values			0
 *	distributions	0			values			sum, when the program has an aggregation of
 *									the same keys named like it with _sum behind:
 *									@lat = quantize(x); @lat_sum = sum(x). It
 *									has no frames of its own then
 *
 * Key id 0 is the entry without a key, 1 "other": all entries beyond the keys asked for (the largest
 * by value or count are told), so that totals stay exact. Other ids are those of KEYS.
 * A client that reads slowly loses whole seconds: SECOND tells how many, and dtraced never waits.
 *
 * ---- COMMAND ----
 *
 *	u flags WIRE_CMD_*, n*(s option, s value), n*(u letter of -n -s .., s text or name of the script,
 *	s content of the script), n*(s macro argument; the first is $0), n*(u pid held by -c), n*(u pid of -p),
 *	n*(s file name of a D library, s content), u pid, u parent, u process group, u session of the client,
 *	s TERM of the client
 *
 * dtraced compiles and traces, the client does what a file or a process of its own is needed for: it
 * reads scripts and libraries, preprocesses, writes output, starts commands and runs system().
 */
#ifndef BROKER_PROTOCOL_H
#define BROKER_PROTOCOL_H

#define WIRE_SOCKET "/run/glasshouse/dtraced.sock"

enum {
	WIRE_MAGIC = 0x47485452, /* "GHTR" */
	WIRE_VERSION = 1,
	WIRE_HEADER = 12,
	WIRE_MAX_BODY = 4 << 20,
	WIRE_MAX_TEXT = 1 << 20,  /* of one s or b */
	WIRE_MAX_ITEMS = 1 << 17, /* of one n* */
	WIRE_MAX_KEYS = 256,	  /* a second and aggregation; beyond: "other" */
	WIRE_MAX_SESSIONS = 256,  /* a connection */
	WIRE_KEY_NONE = 0,
	WIRE_KEY_OTHER = 1,
	WIRE_KEY_FIRST = 2,
};

enum wire_type {
	WIRE_HELLO = 1,
	WIRE_OPEN,
	WIRE_SUSPEND,
	WIRE_RESUME,
	WIRE_CLOSE,
	WIRE_PING,
	WIRE_COMMAND,
	WIRE_INTERRUPT,
	WIRE_DONE,

	WIRE_WELCOME = 64,
	WIRE_REFUSED,
	WIRE_PONG,
	WIRE_OPENED,
	WIRE_FAILED,
	WIRE_STATE,
	WIRE_KEYS,
	WIRE_FORGET,
	WIRE_FRAME,
	WIRE_SECOND,
	WIRE_RECORD,
	WIRE_NOTE,
	WIRE_CLOSED,
	WIRE_TEXT,
	WIRE_SYSTEM,
	WIRE_FILE,
	WIRE_START,
	WIRE_EXIT,
};

enum {			      /* of OPEN */
       WIRE_OPEN_RECORDS = 1, /* records are wanted too */
       WIRE_OPEN_COST = 2,    /* runs and time of its programs are wanted: costs some 20 ns a run */
};
enum {				     /* of SECOND */
       WIRE_SECOND_PARTIAL = 1,	     /* the interval was not one whole second */
       WIRE_SECOND_DROPS = 2,	     /* events were lost */
       WIRE_SECOND_COST_UNKNOWN = 4, /* runs and ns say nothing */
};
enum { WIRE_VALUE_INT, WIRE_VALUE_UINT, WIRE_VALUE_TEXT };
enum { WIRE_NOTE_ERROR, WIRE_NOTE_DROP, WIRE_NOTE_WARNING };
enum { WIRE_FILE_REOPEN, WIRE_FILE_TRUNCATE, WIRE_FILE_FLAME };
enum { WIRE_TO_STDOUT, WIRE_TO_STDERR, WIRE_TO_OUTPUT, WIRE_TO_FLAME };
enum {				/* of COMMAND */
       WIRE_CMD_LIST = 1,	/* -l */
       WIRE_CMD_VERBOSE = 2,	/* -v */
       WIRE_CMD_STDERR_TTY = 4, /* messages may have hints */
       WIRE_CMD_STDOUT_TTY = 8, /* it goes out line by line */
       WIRE_CMD_EXEC_ONLY = 16	/* -e */
};

#endif
