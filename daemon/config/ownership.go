package config

import (
	"errors"
	"io/fs"
	"os/user"
	"strconv"
)

// Ownership is what the files that inlet puts into done, failed and held get, and the folders that it makes. What is empty stays as it
// comes: from the umask, and from a folder around that hands down its group.
type Ownership struct {
	Group    string `yaml:"group"`     // a name, or a number
	FileMode string `yaml:"file_mode"` // octal
	DirMode  string `yaml:"dir_mode"`  // octal, with setgid if it begins with 2
}

// Resolved is an Ownership as the system has it. What is nil or 0 stays as it comes.
type Resolved struct {
	Group     *int
	File, Dir fs.FileMode
}

// Resolve looks the group up and reads the modes, which Load has checked.
func (o Ownership) Resolve() (Resolved, error) {
	group, err := groupNumber(o.Group)
	return Resolved{Group: group, File: octal(o.FileMode), Dir: octal(o.DirMode)}, err
}

// groupNumber takes a number as it is: in a container, and with a directory server, a group need not stand in /etc/group.
func groupNumber(group string) (*int, error) {
	if group == "" {
		return nil, nil
	}
	found, err := user.LookupGroup(group)
	text := group
	if err == nil {
		text = found.Gid
	}
	n, numberErr := strconv.ParseUint(text, 10, 31)
	if numberErr != nil {
		return nil, errors.Join(err, numberErr)
	}
	number := int(n)
	return &number, nil
}

func octal(text string) fs.FileMode {
	n, _ := strconv.ParseUint(text, 8, 16)
	mode := fs.FileMode(n) & fs.ModePerm
	if n&0o2000 != 0 {
		mode |= fs.ModeSetgid
	}
	if n&0o1000 != 0 {
		mode |= fs.ModeSticky
	}
	return mode
}
