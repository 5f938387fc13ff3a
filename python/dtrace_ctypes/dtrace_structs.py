"""The structures that the callbacks of dtrace_ctypes.consumer are handed, as dtrace.h lays them out."""
from ctypes import (POINTER, Structure, c_char, c_char_p, c_int, c_int64, c_size_t, c_uint, c_uint16, c_uint32, c_uint64,
                    c_void_p)

DTRACE_WORKSTATUS_ERROR, DTRACE_WORKSTATUS_OKAY, DTRACE_WORKSTATUS_DONE = -1, 0, 1
DTRACE_AGGWALK_NEXT, DTRACE_AGGWALK_REMOVE = 0, 5
DTRACEACT_DIFEXPR, DTRACEACT_EXIT = 1, 2
(DTRACEAGG_COUNT, DTRACEAGG_MIN, DTRACEAGG_MAX, DTRACEAGG_AVG, DTRACEAGG_SUM, DTRACEAGG_STDDEV, DTRACEAGG_QUANTIZE,
 DTRACEAGG_LQUANTIZE, DTRACEAGG_LLQUANTIZE) = range(0x701, 0x70a)


class dtrace_hdl(Structure):
    """A handle: opaque."""


class dtrace_prog(Structure):
    """A compiled program: opaque."""


dtrace_hdl_t = POINTER(dtrace_hdl)
dtrace_prog_t = POINTER(dtrace_prog)


class dtrace_recdesc(Structure):
    _fields_ = [("dtrd_action", c_uint16), ("dtrd_size", c_uint32), ("dtrd_offset", c_uint32),
                ("dtrd_alignment", c_uint16), ("dtrd_format", c_uint16), ("dtrd_arg", c_uint64),
                ("dtrd_uarg", c_uint64)]


class dtrace_eprobedesc(Structure):
    _fields_ = [("dtepd_epid", c_uint32), ("dtepd_probeid", c_uint32), ("dtepd_uarg", c_uint64),
                ("dtepd_size", c_uint32), ("dtepd_nrecs", c_int), ("dtepd_rec", dtrace_recdesc * 1)]


class dtrace_aggdesc(Structure):
    _fields_ = [("dtagd_name", c_char_p), ("dtagd_varid", c_int64), ("dtagd_flags", c_int), ("dtagd_id", c_uint32),
                ("dtagd_epid", c_uint32), ("dtagd_size", c_uint32), ("dtagd_nrecs", c_int), ("dtagd_pad", c_uint32),
                ("dtagd_rec", dtrace_recdesc * 1)]


class dtrace_probedesc(Structure):
    _fields_ = [("dtpd_id", c_uint32), ("dtpd_provider", c_char * 64), ("dtpd_mod", c_char * 64),
                ("dtpd_func", c_char * 128), ("dtpd_name", c_char * 64)]


class dtrace_probedata(Structure):
    _fields_ = [("dtpda_handle", dtrace_hdl_t), ("dtpda_edesc", POINTER(dtrace_eprobedesc)),
                ("dtpda_pdesc", POINTER(dtrace_probedesc)), ("dtpda_cpu", c_int), ("dtpda_data", c_void_p),
                ("dtpda_flow", c_int), ("dtpda_prefix", c_char_p), ("dtpda_indent", c_int),
                ("dtpda_timestamp", c_uint64)]


class dtrace_aggdata(Structure):
    _fields_ = [("dtada_handle", dtrace_hdl_t), ("dtada_desc", POINTER(dtrace_aggdesc)),
                ("dtada_edesc", POINTER(dtrace_eprobedesc)), ("dtada_pdesc", POINTER(dtrace_probedesc)),
                ("dtada_data", c_void_p), ("dtada_normal", c_uint64), ("dtada_size", c_size_t),
                ("dtada_delta", c_void_p), ("dtada_percpu", c_void_p), ("dtada_percpu_delta", c_void_p),
                ("dtada_total", c_int64), ("dtada_minbin", c_uint16), ("dtada_maxbin", c_uint16),
                ("dtada_flags", c_uint)]


class dtrace_bufdata(Structure):
    _fields_ = [("dtbda_handle", dtrace_hdl_t), ("dtbda_buffered", c_char_p), ("dtbda_probe", POINTER(dtrace_probedata)),
                ("dtbda_recdesc", POINTER(dtrace_recdesc)), ("dtbda_aggdata", POINTER(dtrace_aggdata)),
                ("dtbda_flags", c_uint)]
