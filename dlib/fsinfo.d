/*
 * fsinfo.d - operations on files: args[0] of the fsinfo provider, a fileinfo_t
 *
 * Translated from what the provider finds out (its list is in fsinfo.c), so this translator is of use in fsinfo::: only. A file that is
 * open has all members. Of an operation on a name the name is known, made absolute as it was given: neither links in it are
 * followed nor is the file system known that it is on, and nothing is open.
 */

#pragma D depends_on library io.d

typedef struct fsop {
	uintptr_t op_file;
} fsop_t;

inline struct file *fsop_file = (struct file *)arg2;
inline struct path *fsop_at = (struct path *)arg5;
inline string fsop_dir = arg4 != 0 ? d_path(&((struct file *)arg4)->f_path) : cwd;
inline string fsop_path = arg5 != 0 ? d_path(fsop_at) : arg3 == 0 ? "<none>" :
    arg6 == '/' ? cleanpath(copyinstr(arg3)) : cleanpath(strjoin(fsop_dir, strjoin("/", copyinstr(arg3))));

translator fileinfo_t < fsop_t *O > {
	fi_name = basename(fsop_path);
	fi_dirname = dirname(fsop_path);
	fi_pathname = fsop_path;
	fi_offset = arg2 == 0 ? 0 : fsop_file->f_pos;
	fi_fs = arg5 == 0 ? "<none>" : stringof(fsop_at->dentry->d_sb->s_type->name);
	fi_mount = arg5 == 0 ? "<none>" : mount_path(fsop_at->mnt);
	fi_oflags = arg2 == 0 ? 0 : fsop_file->f_flags;
};
