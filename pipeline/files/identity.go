package files

// Identity is what can be known of a file without opening it. A file whose identity stays the same is the same file with the same content.
type Identity struct {
	Size                int64
	ModTime, ChangeTime int64 // nanoseconds since 1970, never compared with a clock
	Inode               uint64
}

// Number is what the file system knows a file by for as long as the file is open or has a name. Unlike an fs.FileInfo it is what was there when it was
// asked for: on Windows os.SameFile looks at both paths only when it compares.
type Number struct{ Device, Inode uint64 }

// SameRenamed reports whether m is the file of before, perhaps under another name: a rename sets the change time.
func (m Identity) SameRenamed(before Identity) bool {
	m.ChangeTime = before.ChangeTime
	return m == before
}

// SupportsInotify reports whether the file system of a folder sends events of all changes: network file systems do not send those of other
// hosts.
func SupportsInotify(folder string) bool {
	kind, err := NetworkFileSystem(folder)
	return err != nil || kind == ""
}
