package check

import (
	"regexp"

	"inlet.example/inlet/daemon/config"
)

// checkPasswords reads each one: a file that is missing or open to others is found now and not with the first workbook.
func checkPasswords(ck *Checker, passwords map[string]string) {
	for name, path := range passwords {
		key := "passwords." + name
		if !PasswordNameForm.MatchString(name) {
			ck.Wrong(key, "%q is not a valid name of a password; use lower-case letters a to z, digits, - and _, at most 64, e.g. excel-password", name)
			continue
		}
		if path == "" {
			ck.Wrong(key, "the path is missing; write the path of a file that contains the password")
			continue
		}
		if _, err := config.Secret(path); err != nil {
			ck.Wrong(key, "%v", err)
		}
	}
}

func checkOwnership(ck *Checker, key string, o config.Ownership) {
	if _, err := o.Resolve(); err != nil {
		ck.Wrong(key+".group", "%q is not a group of this host; write a name that `getent group` lists, or the number of a group", o.Group)
	}
	checkMode(ck, key+".file_mode", o.FileMode, FileModeForm, "0640", config.Say("read and write it"))
	checkMode(ck, key+".dir_mode", o.DirMode, DirModeForm, "2770", config.Say("enter it and write to it"))
}

func checkMode(ck *Checker, key, mode string, form *regexp.Regexp, example string, must config.Phrase) {
	if !form.MatchString(mode) {
		ck.Wrong(key, "%q is not a valid mode; it must be octal and let inlet itself %s; write %q", mode, must, example)
	}
}

var (
	FileModeForm = regexp.MustCompile(`^(0?[67][0-7][0-7])?$`)
	DirModeForm  = regexp.MustCompile(`^([0-3]?7[0-7][0-7])?$`)
)

// A sidecar writes the name, and it must never be taken for a path.
var PasswordNameForm = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)
