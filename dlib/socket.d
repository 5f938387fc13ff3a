/* socket.d - address families, kinds of sockets and of hardware addresses of Linux. */

inline int AF_UNSPEC = 0;
inline int AF_UNIX = 1;
inline int AF_LOCAL = 1;
inline int AF_INET = 2;
inline int AF_BRIDGE = 7;
inline int AF_INET6 = 10;
inline int AF_KEY = 15;
inline int AF_NETLINK = 16;
inline int AF_ROUTE = 16;
inline int AF_PACKET = 17;
inline int AF_BLUETOOTH = 31;
inline int AF_ALG = 38;
inline int AF_VSOCK = 40;
inline int AF_XDP = 44;

inline int SOCK_STREAM = 1;
inline int SOCK_DGRAM = 2;
inline int SOCK_RAW = 3;
inline int SOCK_RDM = 4;
inline int SOCK_SEQPACKET = 5;
inline int SOCK_PACKET = 10;
inline int SOCK_NONBLOCK = 04000;
inline int SOCK_CLOEXEC = 02000000;

inline int ARPHRD_ETHER = 1;
inline int ARPHRD_IEEE802 = 6;
inline int ARPHRD_INFINIBAND = 32;
inline int ARPHRD_LOOPBACK = 772;
