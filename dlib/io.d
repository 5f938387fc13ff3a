/*
 * io.d - what the io provider is about: bufinfo_t, devinfo_t, fileinfo_t
 *
 * Translated from the kernel's struct request and, from arg3 on, what the provider finds out about it (its list of them is in io.c), so these
 * translators are of use in io:::start and io:::done only.
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
	size_t b_bcount;	/* bytes to be transferred */
	caddr_t b_addr;		/* address of the request: the same in start and done */
	uint64_t b_blkno;	/* on the disk, in sectors of 512 bytes */
	uint64_t b_lblkno;	/* on the device (partition) */
	size_t b_resid;		/* bytes not transferred */
	size_t b_bufsize;
	caddr_t b_iodone;	/* function that is called when it is done */
	int b_error;		/* errno */
	dev_t b_edev;		/* device: a partition, or the whole disk */
} bufinfo_t;

inline struct block_device *request_device = (struct block_device *)arg6;
inline struct inode *request_inode = (struct inode *)arg7;
inline struct dentry *request_dentry = (struct dentry *)arg8;

/* blk_status_t as errno, as the kernel does it. */
inline int blk_errno[int s] =
    s == 0 ? 0 : s == 1 ? 95 : s == 2 ? 110 : s == 3 ? 28 : s == 4 ? 67 : s == 5 ? 121 : s == 6 ? 52 : s == 7 ? 61 :
    s == 8 ? 84 : s == 9 ? 12 : s == 11 ? 11 : s == 12 ? 11 : s == 13 ? 16 : 5;

/* What is discarded (REQ_OP_DISCARD) is not transferred. */
inline size_t transferred[struct request *R] = (R->cmd_flags & 0xff) == 3 ? 0 : R->__data_len + (arg3 >> 9);

/* What is done in parts is shortened at its front. */
inline uint64_t first_sector[struct request *R] = R->__sector - (arg3 >> 18);

translator bufinfo_t < struct request *R > {
	b_flags = B_BUSY | ((R->cmd_flags & 1) ? B_WRITE : B_READ) | ((R->cmd_flags & (1 << __REQ_SYNC)) ? 0 : B_ASYNC) | (int)arg4 |
	    (arg3 & 256 ? B_DONE : 0) | (arg3 & 255 ? B_ERROR : 0);
	b_bcount = transferred[R];
	b_addr = (caddr_t)R;
	b_blkno = first_sector[R];
	b_lblkno = first_sector[R] - (request_device != NULL ? request_device->bd_start_sect : 0);
	b_resid = arg3 & 255 ? transferred[R] - (arg3 >> 9) : 0;
	b_bufsize = transferred[R];
	no b_iodone: "Linux tells nobody by a function of the request that it is done";
	b_error = blk_errno[(int)(arg3 & 255)];
	b_edev = (dev_t)arg5;
};

typedef struct devinfo {
	int dev_major;
	int dev_minor;
	int dev_instance;	/* number of the disk among those of its driver */
	string dev_name;	/* the driver where it says its name, else the disk */
	string dev_statname;	/* as iostat(1) has it: sda1 */
	string dev_pathname;
} devinfo_t;

inline struct gendisk *request_disk = request_device == NULL ? NULL : request_device->bd_disk;
inline struct device *disk_parent = request_disk == NULL ? NULL : request_disk->part0->bd_device.parent;

translator devinfo_t < struct request *R > {
	dev_major = (int)((uint32_t)arg5 >> 20);
	dev_minor = (int)((uint32_t)arg5 & 0xfffff);
	dev_instance = request_disk == NULL ? 0 :
	    request_disk->minors > 1 ? request_disk->first_minor / request_disk->minors : request_disk->first_minor;
	dev_name = disk_parent != NULL && disk_parent->driver != NULL ? stringof(disk_parent->driver->name) :
	    request_disk != NULL ? stringof(request_disk->disk_name) : "<none>";
	dev_statname = request_device != NULL ? stringof(request_device->bd_device.kobj.name) : "<none>";
	dev_pathname = request_device != NULL ? strjoin("/dev/", stringof(request_device->bd_device.kobj.name)) : "<none>";
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

translator fileinfo_t < struct request *R > {
	fi_name = request_dentry == NULL ? "<none>" : stringof(request_dentry->d_name.name);
	fi_dirname = request_dentry == NULL ? "<none>" : dirname(dentry_path(request_dentry));
	fi_pathname = request_dentry == NULL ? "<none>" : dentry_path(request_dentry);
	fi_offset = (offset_t)arg9;
	fi_fs = request_inode == NULL ? "<none>" : stringof(request_inode->i_sb->s_type->name);
	fi_mount = request_dentry == NULL ? "<none>" : dentry_path(request_inode->i_sb->s_root);
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
	fi_mount = F == NULL ? "<none>" : mount_path(F->f_path.mnt);
	fi_oflags = F == NULL ? 0 : F->f_flags;
};

inline fileinfo_t fds[int fd] = xlate <fileinfo_t> (fd_file[fd]);
