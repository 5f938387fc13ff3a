/*
 * io.d - what the io provider is about: bufinfo_t, devinfo_t, fileinfo_t
 *
 * Translated from the kernel's struct request. Devices are whole disks: a request is accounted to its partition only after io:::start.
 */

inline int B_BUSY = 0x00000001;
inline int B_DONE = 0x00000002;
inline int B_ERROR = 0x00000004;
inline int B_PAGEIO = 0x00000010;
inline int B_PHYS = 0x00000020;
inline int B_READ = 0x00000040;
inline int B_WRITE = 0x00000100;
inline int B_ASYNC = 0x00000400;

typedef struct bufinfo {
	int b_flags;
	size_t b_bcount;	/* bytes */
	caddr_t b_addr;		/* address of the request */
	uint64_t b_blkno;	/* in sectors of 512 bytes */
	uint64_t b_lblkno;
	size_t b_resid;		/* bytes not transferred */
	size_t b_bufsize;
	int b_error;
	dev_t b_edev;
} bufinfo_t;

translator bufinfo_t < struct request *R > {
	b_flags = ((R->cmd_flags & 1) ? B_WRITE : B_READ) | ((R->cmd_flags & (1 << __REQ_SYNC)) ? 0 : B_ASYNC);
	b_bcount = R->__data_len;
	b_addr = (caddr_t)R;
	b_blkno = R->__sector;
	b_lblkno = R->__sector;
	b_resid = 0;
	b_bufsize = R->__data_len;
	b_error = 0;
	b_edev = R->q->disk != NULL ? R->q->disk->major << 20 | R->q->disk->first_minor : 0;
};

typedef struct devinfo {
	int dev_major;
	int dev_minor;
	int dev_instance;
	string dev_name;
	string dev_statname;
	string dev_pathname;
} devinfo_t;

translator devinfo_t < struct request *R > {
	dev_major = R->q->disk != NULL ? R->q->disk->major : 0;
	dev_minor = R->q->disk != NULL ? R->q->disk->first_minor : 0;
	dev_instance = R->q->disk != NULL ? R->q->disk->first_minor : 0;
	dev_name = R->q->disk != NULL ? stringof(R->q->disk->disk_name) : "<none>";
	dev_statname = R->q->disk != NULL ? stringof(R->q->disk->disk_name) : "<none>";
	dev_pathname = R->q->disk != NULL ? strjoin("/dev/", stringof(R->q->disk->disk_name)) : "<none>";
};

typedef struct fileinfo {
	string fi_name;
	string fi_dirname;
	string fi_pathname;
	offset_t fi_offset;
	string fi_fs;
	string fi_mount;
	int fi_oflags;
} fileinfo_t;

/* The file that a request's first page belongs to; NULL when it has none (direct I/O, metadata). */
inline struct address_space *request_mapping[struct request *R] =
    R->bio == NULL || R->bio->bi_io_vec == NULL || R->bio->bi_io_vec->bv_page == NULL ||
    ((uint64_t)R->bio->bi_io_vec->bv_page->mapping & 3) != 0 ? NULL : R->bio->bi_io_vec->bv_page->mapping;
inline struct inode *request_inode[struct request *R] =
    request_mapping[R] == NULL ? NULL : request_mapping[R]->host;
inline struct dentry *request_dentry[struct request *R] =
    request_inode[R] == NULL || request_inode[R]->i_dentry.first == NULL
	? NULL
	: (struct dentry *)((uint64_t)request_inode[R]->i_dentry.first - offsetof(struct dentry, d_u));

translator fileinfo_t < struct request *R > {
	fi_name = request_dentry[R] == NULL ? "<none>" : stringof(request_dentry[R]->d_name.name);
	fi_dirname = request_dentry[R] == NULL ? "<none>" : stringof(request_dentry[R]->d_parent->d_name.name);
	fi_pathname = request_dentry[R] == NULL ? "<none>" : stringof(request_dentry[R]->d_name.name);
	fi_offset = 0;
	fi_fs = request_inode[R] == NULL ? "<none>" : stringof(request_inode[R]->i_sb->s_type->name);
	fi_mount = "<unknown>";
	no fi_oflags: "a request does not know how its file was opened";
};

/* Open files, by descriptor: fds[]. */
inline struct file *fd_file[int fd] =
    fd < 0 || fd >= curthread->files->fdt->max_fds ? NULL : curthread->files->fdt->fd[fd];

translator fileinfo_t < struct file *F > {
	fi_name = F == NULL ? "<none>" : basename(d_path(&F->f_path));
	fi_dirname = F == NULL ? "<none>" : dirname(d_path(&F->f_path));
	fi_pathname = F == NULL ? "<none>" : d_path(&F->f_path);
	fi_offset = F == NULL ? 0 : F->f_pos;
	fi_fs = F == NULL ? "<none>" : stringof(F->f_inode->i_sb->s_type->name);
	fi_mount = "<unknown>";
	fi_oflags = F == NULL ? 0 : F->f_flags;
};

inline fileinfo_t fds[int fd] = xlate <fileinfo_t> (fd_file[fd]);
