package check

import (
	"errors"
	"path"
	"regexp"
	"strings"

	"inlet.example/inlet/daemon/config"
)

var OptionNameForm = regexp.MustCompile("^[a-z][a-z0-9_]{0,63}$")

// checkDrive looks at what only a drive has. Whether the type exists and has such options is for JudgeDrive.
func checkDrive(ck *Checker, key string, s config.Source) {
	if s.Drive == "" {
		checkNoDrive(ck, key, s)
		return
	}
	if !OptionNameForm.MatchString(s.Drive) {
		ck.Wrong(key+".drive", "%q is not a type of drive; write e.g. s3, sftp, webdav, drive, onedrive or dropbox", s.Drive)
	}
	if s.As != "" {
		ck.Wrong(key+".as", "is not allowed for a drive, whose files keep their names; remove it")
	}
	if len(s.Headers)+len(s.HeadersFile) > 0 {
		ck.Wrong(key+".headers", "is not allowed for a drive; use options and options_file")
	}
	if _, err := path.Match(s.Include, ""); err != nil {
		ck.Wrong(key+".include", "%q is not a valid pattern; write e.g. kunder*.xlsx", s.Include)
	}
	if s.Bandwidth < 0 {
		ck.Wrong(key+".bandwidth", "%d is negative; write bytes per second, e.g. 1048576, or 0 for no limit", s.Bandwidth)
	}
	checkThen(ck, key, s)
	if checkOptions(ck, key, s) {
		judgeDrive(ck, key, s)
	}
}

// judgeDrive asks JudgeDrive. Each mistake is reported at the option that it names, where the file has it.
func judgeDrive(ck *Checker, key string, s config.Source) {
	if ck.JudgeDrive == nil {
		return
	}
	options, err := s.AllOptions()
	if err != nil {
		ck.Wrong(key+".options_file", "%v", err)
		return
	}
	for _, err := range each(ck.JudgeDrive(s.Drive, s.Root, options)) {
		ck.Wrong(placeOf(key, s, err), "%v", err)
	}
}

// each takes joined errors apart.
func each(err error) []error {
	joined, is := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !is:
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, each(err)...)
	}
	return all
}

// placeOf is the key of the option that a mistake names, else that of the drive.
func placeOf(key string, s config.Source, err error) string {
	named, is := errors.AsType[interface {
		error
		Option() string
	}](err)
	if !is {
		return key + ".drive"
	}
	option := named.Option()
	if option == "root" {
		return key + ".root"
	}
	if _, there := s.OptionsFile[option]; there {
		return key + ".options_file." + option
	}
	return key + ".options." + option
}

// checkNoDrive wants nothing of a drive where there is none.
func checkNoDrive(ck *Checker, key string, s config.Source) {
	for name, set := range map[string]bool{"root": s.Root != "", "options": len(s.Options) > 0, "options_file": len(s.OptionsFile) > 0, "include": s.Include != "",
		"recursive": s.Recursive, "when_imported": s.WhenImported != config.DefaultSource().WhenImported, "bandwidth": s.Bandwidth != 0} {
		if set {
			ck.Wrong(key+"."+name, "is only allowed for a drive; write drive: and its type, e.g. drive: sftp, or remove it")
		}
	}
}

func checkThen(ck *Checker, key string, s config.Source) {
	oneOf(ck, key+".when_imported", s.WhenImported, config.WhenImportedWords...)
	switch clean := path.Clean(s.MoveTo); {
	case s.WhenImported != "move" && ck.isSet(key+".move_to"):
		ck.Wrong(key+".move_to", "has no effect without when_imported: move; write that, or remove it")
	case s.WhenImported == "move" && (s.MoveTo == "" || clean != s.MoveTo || path.IsAbs(clean) || clean == "." || strings.HasPrefix(clean, "..")):
		ck.Wrong(key+".move_to", "%q is not a folder below root; write e.g. done", s.MoveTo)
	}
}

// checkOptions reports whether all options can be read.
func checkOptions(ck *Checker, key string, s config.Source) bool {
	before := len(ck.Mistakes)
	for name, value := range s.Options {
		at := key + ".options." + name
		checkOption(ck, at, name)
		if secretOptionName(name) && value != "" && ck.openToOthers() {
			ck.Wrong(at, "contains a secret, but other users can read the file; run chmod 600 %s, or write options_file: {%s: PATH}", ck.File, name)
		}
	}
	checkFiles(ck, key, "options", s.Options, s.OptionsFile, checkOption, func(ck *Checker, at, path string) {
		if _, err := config.SecretText(path); err != nil {
			ck.Wrong(at, "%v", err)
		}
	})
	return len(ck.Mistakes) == before
}

// checkFiles looks at values that stand in files: headers_file beside headers, options_file beside options.
func checkFiles(ck *Checker, key, what string, values, files map[string]string, checkName, checkSecret func(ck *Checker, at, text string)) {
	for name, path := range files {
		at := key + "." + what + "_file." + name
		checkName(ck, at, name)
		if _, both := values[name]; both {
			ck.Wrong(at, "is also set in %s; keep one of the two", what)
		}
		if path == "" {
			ck.Wrong(at, "the path is missing; write the path of a file that contains the value of %s", strings.TrimSuffix(what, "s"))
			continue
		}
		checkSecret(ck, at, path)
	}
}

func checkOption(ck *Checker, key, name string) {
	if !OptionNameForm.MatchString(name) {
		ck.Wrong(key, "%q is not a valid name of an option; write e.g. access_key_id", name)
	}
}

var secretWord = regexp.MustCompile(`pass|secret|token|key|credential|sas`)

// secretOptionName reports whether an option's value is a secret by its name. What is an ID or names a file is none.
func secretOptionName(name string) bool {
	return secretWord.MatchString(name) && !strings.HasSuffix(name, "_id") && !strings.HasSuffix(name, "_file") && !strings.HasSuffix(name, "_url")
}
